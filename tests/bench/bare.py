"""What the disk and the database take for the rows alone: `python -m tests.bench.bare TIMES`.

Writes, TIMES times, a copy of a client's row and of an event in one transaction, as making a client does,
into tables of the same columns without any of our code, and prints the milliseconds of each as JSON. It is
the floor under every write: a slow disk shows here and not in the pages' account.
"""

from __future__ import annotations

import json
import sys
import time

from openiop.cli.rows import start

TABLES = ("clients_client", "audit_event")


def measure(times: int) -> list[float]:
    """Return the milliseconds of each transaction."""
    from django.db import connection, transaction

    took = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS bare_{table}")
            cursor.execute(f"CREATE TABLE bare_{table} AS SELECT * FROM {table} LIMIT 1")
        for _ in range(times):
            began = time.perf_counter()
            with transaction.atomic():
                for table in TABLES:
                    cursor.execute(f"INSERT INTO bare_{table} SELECT * FROM bare_{table} LIMIT 1")
            took.append((time.perf_counter() - began) * 1000)
        for table in TABLES:
            cursor.execute(f"DROP TABLE bare_{table}")
    return took


if __name__ == "__main__":
    start()
    print(json.dumps(measure(int(sys.argv[1]))))

"""How the cost grows from 20 to 500 clients: `python -m tests.bench.schedule.growth CLIENTS`, one size a process."""

from __future__ import annotations

import json
import resource
import sys
import time

from openiop.engines.timetable.bound import raise_bound
from openiop.engines.timetable.greedy import first_fit
from openiop.engines.timetable.house import House
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.master import Master
from tests.engines.timetable.weeks_made import generated, generator


def measure(clients: int) -> dict[str, float]:
    """Processor seconds: the house compiled, a first legal plan, the relaxation proven to its end."""
    generator().SIZES[f"of{clients}"] = clients
    instance = generated(f"of{clients}", 1)
    began = time.process_time()
    house = House(instance)
    kernel = Kernel(house)
    first_fit(house, kernel)
    planned = time.process_time()
    master = Master(house, kernel)
    master.begin()
    whole = raise_bound(master, lambda: 600.0)
    assert whole
    return {
        "clients": clients,
        "first": planned - began,
        "bound": time.process_time() - planned,
        "columns": len(master.lp.cost),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))

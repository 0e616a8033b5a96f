"""The one place where the databases differ: SQLite searches with FTS5, PostgreSQL with tsvector.

Both hold the words as `openiop.domain.wordsearch` folded them, so both find the same. Words and terms are letters and
digits only: nothing of a question can be read as an operator.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

_PUT = "INSERT INTO chart_words(rowid, folded, chart) VALUES (NEW.id, NEW.folded, 'c' || NEW.client_id);"
_TAKE = (
    "INSERT INTO chart_words(chart_words, rowid, folded, chart) "
    "VALUES ('delete', OLD.id, OLD.folded, 'c' || OLD.client_id);"
)
SQLITE = (
    """CREATE VIRTUAL TABLE chart_words USING fts5(
    folded, chart, content='', tokenize='unicode61 remove_diacritics 0', prefix='2 3')""",
    f"CREATE TRIGGER chart_passage_in AFTER INSERT ON chart_passage BEGIN {_PUT} END",
    f"CREATE TRIGGER chart_passage_out AFTER DELETE ON chart_passage BEGIN {_TAKE} END",
    f"CREATE TRIGGER chart_passage_new AFTER UPDATE ON chart_passage BEGIN {_TAKE} {_PUT} END",
)
POSTGRESQL = (
    'ALTER TABLE "chart_passage" ADD COLUMN "lexemes" tsvector '
    "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(folded, ' '))) STORED"
)


def lay(editor: Any) -> None:
    """Lay the index under the table of passages; the database keeps it from then on, in the same transaction."""
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL)
        return
    for statement in SQLITE:
        editor.execute(statement)


def matching(terms: tuple[str, ...], client_id: int) -> Any:
    """Return the condition that a passage of this chart holds a word beginning with each of the terms."""
    if connection.vendor == "postgresql":
        asked = " & ".join(f"'{term}':*" for term in terms)
        sql = '"chart_passage"."lexemes" @@ %s::tsquery'
        return RawSQL(sql, (asked,), output_field=BooleanField())  # noqa: S611 - the terms are a parameter
    # The chart is asked of the index too: a common word must not be sought in everybody's charts first.
    words = " AND ".join(f'"{term}"*' for term in terms)
    asked = f'chart : "c{client_id}" AND folded : ({words})'
    sql = "SELECT rowid FROM chart_words WHERE chart_words MATCH %s"
    return Q(pk__in=RawSQL(sql, (asked,)))  # noqa: S611 - the question is a parameter

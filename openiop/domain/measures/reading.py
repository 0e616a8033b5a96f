"""An instrument from its catalogue file; a key that names nothing is refused with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.measures.model import (
    Answered,
    Band,
    Bands,
    Better,
    Clause,
    FilledBy,
    Flag,
    FlagKind,
    Goals,
    Instrument,
    Item,
    Kind,
    Level,
    Licence,
    Method,
    Option,
    Reliable,
    Score,
    Scored,
    Skip,
    Standing,
    Unanswered,
)
from openiop.domain.text import EMPTY, Text

FAR = 10**9


def read_instrument(body: Mapping[str, Any]) -> Instrument:
    """Build an instrument from a catalogue body that its schema has passed."""
    items = tuple(_items(body))
    places = {item.key: at for at, item in enumerate(items)}
    if len(places) != len(items):
        raise InvalidInput("items: a key stands twice.", code="instrument", field="items")
    scores: list[Score] = []
    for row in body.get("scores", ()):
        scores.append(_score(row, items, places, scores))
    named = {one.key: at for at, one in enumerate(scores)}
    clauses = _Clauses(places, named)
    return Instrument(
        id=body["id"],
        version=body["version"],
        title=Text.of(body["title"]),
        short=body["short"],
        standing=Standing(body["standing"]),
        licence=_licence(body["licence"]),
        filled_by=FilledBy(body.get("filled_by", FilledBy.CLIENT)),
        languages=tuple(body["languages"]),
        stem=_words(body["stem"]) if "stem" in body else EMPTY,
        items=items,
        scores=tuple(scores),
        levels=tuple(
            Level(row["key"], Text.of(row["title"]), clauses.read_all(row, f"levels.{row['key']}"))
            for row in body.get("levels", ())
        ),
        flags=tuple(_flag(row, clauses) for row in body.get("flags", ())),
        skips=tuple(_skip(row, clauses, places) for row in body.get("skips", ())),
        recall=Text.of(body["recall"]),
        from_age=body["ages"]["from"],
        to_age=body["ages"].get("to", 200),
        code=body.get("loinc", ""),
        sources=tuple(body["sources"]),
        places=places,
    )


def _words(data: Mapping[str, str]) -> Text:
    """A form's own words; where no official Spanish may ship, the English stands for both."""
    return Text(data["en"].strip(), data.get("es", data["en"]).strip())


def _items(body: Mapping[str, Any]) -> Iterator[Item]:
    """Every item; `numbers: [1, 16]` stands for items without words, q1 to q16."""
    lists = {
        name: tuple(Option(row["value"], _words(row["text"]), row.get("loinc", "")) for row in rows)
        for name, rows in body.get("options", {}).items()
    }
    for row in body["items"]:
        if "numbers" in row:
            first, last = row["numbers"]
            for number in range(first, last + 1):
                text = {"en": f"Item {number}", "es": f"Pregunta {number}"}
                yield _item({**row, "key": f"q{number}", "text": text}, lists)
        else:
            yield _item(row, lists)


def _item(row: Mapping[str, Any], lists: Mapping[str, tuple[Option, ...]]) -> Item:
    name, kind, span = row.get("options", ""), Kind(row.get("kind", Kind.CHOICE)), row.get("range", (0, 0))
    if kind is Kind.CHOICE and name not in lists:
        raise InvalidInput(f"{row['key']}: there is no list of options {name!r}.", code="instrument")
    options = lists[name] if kind is Kind.CHOICE else ()
    values = tuple(range(span[0], span[1] + 1)) if kind is Kind.NUMBER else ()
    return Item(
        key=row["key"],
        text=_words(row["text"]),
        kind=kind,
        options=options,
        code=row.get("loinc", ""),
        optional=row.get("optional", False),
        lead=_words(row["lead"]) if "lead" in row else None,
        after=row.get("after", ""),
        values=tuple(sorted(option.value for option in options)) or values,
    )


def _score(
    row: Mapping[str, Any], items: tuple[Item, ...], places: Mapping[str, int], before: list[Score]
) -> Score:
    key = row["key"]
    picked = tuple(_place(name, places, f"scores.{key}.items") for name in _expanded(row.get("items", ())))
    turned = tuple(_place(name, places, f"scores.{key}.turned") for name in row.get("turned", ()))
    if not set(turned) <= set(picked):
        raise InvalidInput(f"scores.{key}.turned: names an item that is not summed.", code="instrument")
    named = {one.key: at for at, one in enumerate(before)}
    low, high = row["range"]
    return Score(
        key=key,
        title=Text.of(row["title"]),
        method=Method(row.get("method", Method.SUM)),
        items=picked,
        turned=turned,
        turn=tuple(items[at].values[0] + items[at].values[-1] for at in turned),
        times=row.get("times", 1),
        better=Better(row["better"]),
        most_missing=row.get("most_missing", 0),
        lowest=low,
        highest=high,
        code=row.get("loinc", ""),
        bands=tuple(_bands(one) for one in row.get("bands", ())),
        reliable=tuple(_reliable(one) for one in row.get("reliable", ())),
        goals=_goals(row.get("goals", {})),
        parts=tuple(
            (_place(name, named, f"scores.{key}.parts"), sign) for name, sign in row.get("parts", {}).items()
        ),
        charted=row.get("charted", True),
    )


def _expanded(names: Any) -> Iterator[str]:
    """The keys of a list in which `q1..q9` stands for q1, q2 and so on to q9."""
    for name in names:
        first, dots, last = name.partition("..")
        if not dots:
            yield name
            continue
        stem = first.rstrip("0123456789")
        if not last.startswith(stem) or not first[len(stem) :] or not last[len(stem) :].isdecimal():
            raise InvalidInput(f"{name}: write a range as q1..q9.", code="instrument")
        for number in range(int(first[len(stem) :]), int(last[len(stem) :]) + 1):
            yield f"{stem}{number}"


def _bands(row: Mapping[str, Any]) -> Bands:
    whom = row.get("for", {})
    return Bands(
        rows=tuple(Band(one["from"], one["key"], Text.of(one["title"])) for one in row["rows"]),
        sex=whom.get("sex", ""),
        from_age=whom.get("from_age", 0),
        to_age=whom.get("to_age", 200),
        source=row["source"],
    )


def _reliable(row: Mapping[str, Any]) -> Reliable:
    return Reliable(
        key=row["key"],
        population=row["population"],
        source=row["source"],
        tag=row["tag"],
        effective_from=date.fromisoformat(row["effective_from"]),
        points=row.get("points"),
        sd=row.get("sd"),
        r=row.get("r"),
        provisional=row.get("provisional", False),
    )


def _goals(row: Mapping[str, Any]) -> Goals:
    return Goals(
        response=row.get("response"),
        response_from=row.get("response_from", 0),
        remission=row.get("remission"),
        recovered=row.get("recovered"),
        source=row.get("source", ""),
    )


def _flag(row: Mapping[str, Any], clauses: _Clauses) -> Flag:
    return Flag(
        key=row["key"],
        title=Text.of(row["title"]),
        kind=FlagKind(row["kind"]),
        when=clauses.read_all(row, f"flags.{row['key']}"),
        then=Text.of(row["then"]) if "then" in row else None,
        next_forms=tuple(row.get("next", ())),
    )


def _skip(row: Mapping[str, Any], clauses: _Clauses, places: Mapping[str, int]) -> Skip:
    return Skip(
        when=clauses.read_answered(row["when"], "skips"),
        items=tuple(_place(name, places, "skips.items") for name in _expanded(row["items"])),
        value=row["counts"],
        replaces=row.get("replaces", False),
    )


def _licence(row: Mapping[str, Any]) -> Licence:
    return Licence(
        holder=row["holder"],
        basis=row["basis"],
        notice=Text.of(row["notice"]),
        source=row["source"],
        tag=row["tag"],
        verified_on=date.fromisoformat(row["verified_on"]),
        caution=row.get("caution", ""),
    )


def _place(name: str, places: Mapping[str, int], path: str) -> int:
    if name not in places:
        raise InvalidInput(f"{path}: there is no {name}.", code="instrument", field=path)
    return places[name]


class _Clauses:
    """Reads clauses, with the places of the items and the scores at hand."""

    def __init__(self, items: Mapping[str, int], scores: Mapping[str, int]) -> None:
        self.items, self.scores = items, scores

    def read_all(self, row: Mapping[str, Any], path: str) -> tuple[Clause, ...]:
        """Every clause under `when`; none holds always (the last level)."""
        return tuple(self.read(one, path) for one in row["when"])

    def read(self, row: Mapping[str, Any], path: str) -> Clause:
        """One clause: about items, about a score, or about what is open."""
        if "score" in row:
            place = _place(row["score"], self.scores, path)
            return Scored(place, row.get("at_least", -FAR), row.get("at_most", FAR), row.get("band", ""))
        if "unanswered" in row:
            return Unanswered(tuple(_place(one, self.items, path) for one in _expanded(row["unanswered"])))
        return self.read_answered(row, path)

    def read_answered(self, row: Mapping[str, Any], path: str) -> Answered:
        """A clause about answers alone."""
        rows = tuple((_place(name, self.items, path), start, end) for name, start, end in self._ranges(row))
        return Answered(rows, row.get("times", 1), row.get("times_at_most"))

    def _ranges(self, row: Mapping[str, Any]) -> Iterator[tuple[str, int, int]]:
        """`items` is a list with one range for all, or a mapping of each to the least answer that counts."""
        items, most = row["items"], row.get("at_most", FAR)
        if isinstance(items, Mapping):
            for name, least in items.items():
                yield name, least, most
            return
        for name in _expanded(items):
            yield name, row.get("at_least", -FAR), most


def with_words(instrument: Instrument, words: Mapping[str, Text]) -> Instrument:
    """The instrument with the words a licensed site brought, by key; what it did not bring keeps its number."""
    items = tuple(replace(item, text=words.get(item.key, item.text)) for item in instrument.items)
    return replace(instrument, items=items)

"""The scoring keys of the forms whose words do not ship, written out by hand like `table`."""

from __future__ import annotations

from collections.abc import Callable

from tests.domain.measures.saying import Answers, Said, add, at, mean, named, over, pick, said


def dast10(a: Answers, sex: str, age: int | None) -> Said:
    total = None if None in a else sum(a) - a[2] + (1 - a[2])
    rows = ((0, "none"), (1, "low"), (3, "moderate"), (6, "substantial"), (9, "severe"))
    return said(total, named(total, *rows), pick(screen_positive=over(total, 3)))


def edeqs(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a)
    severity = named(total, (0, "negative"), (15, "positive")) if age is None or age >= 18 else None
    return said(total, severity, pick(screen_positive=over(total, 15)))


def screened(line: int) -> Callable[[Answers, str, int | None], Said]:
    def run(a: Answers, sex: str, age: int | None) -> Said:
        total = add(a)
        flags = pick(screen_positive=over(total, line))
        return said(total, named(total, (0, "negative"), (line, "positive")), flags)

    return run


def summed(a: Answers, sex: str, age: int | None) -> Said:
    return said(add(a), None)


def averaged(a: Answers, sex: str, age: int | None) -> Said:
    return said(mean(a), None)


def ders16(a: Answers, sex: str, age: int | None) -> Said:
    return said(
        add(a),
        None,
        clarity=add(at(a, 1, 2)),
        goals=add(at(a, 3, 7, 15)),
        impulse=add(at(a, 4, 8, 11)),
        strategies=add(at(a, 5, 6, 12, 14, 16)),
        nonacceptance=add(at(a, 9, 10, 13)),
    )


def bsl23(a: Answers, sex: str, age: int | None) -> Said:
    total = mean(a)
    rows = (
        (0, "none_or_low"),
        (0.28, "mild"),
        (1.07, "moderate"),
        (1.87, "high"),
        (2.67, "very_high"),
        (3.47, "extremely_high"),
    )
    return said(total, named(total, *rows))


def isi(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a)
    rows = ((0, "none"), (8, "subthreshold"), (15, "moderate"), (22, "severe"))
    return said(total, named(total, *rows), pick(screen_positive=over(total, 15)))


def asrm(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a)
    return said(total, named(total, (0, "negative"), (6, "positive")), pick(possible_mania=over(total, 6)))


def urica(a: Answers, sex: str, age: int | None) -> Said:
    before = mean(at(a, 1, 5, 11, 13, 23, 26, 29))
    thinking = mean(at(a, 2, 8, 12, 15, 19, 21, 24))
    acting = mean(at(a, 3, 7, 10, 14, 17, 25, 30))
    keeping = mean(at(a, 6, 16, 18, 22, 27, 28, 32))
    whole = None if None in (before, thinking, acting, keeping) else thinking + acting + keeping - before
    return said(
        whole, None, precontemplation=before, contemplation=thinking, action=acting, maintenance=keeping
    )


def wai(a: Answers, sex: str, age: int | None) -> Said:
    return said(
        add(a),
        None,
        task=add(at(a, 1, 2, 10, 12)),
        bond=add(at(a, 3, 5, 7, 9)),
        goal=add(at(a, 4, 6, 8, 11)),
    )


def edeq(a: Answers, sex: str, age: int | None) -> Said:
    four = {
        "restraint": mean(at(a, 1, 2, 3, 4, 5)),
        "eating": mean(at(a, 7, 9, 19, 20, 21)),
        "shape": mean(at(a, 6, 8, 10, 11, 23, 26, 27, 28)),
        "weight": mean(at(a, 8, 12, 22, 24, 25)),
    }
    return said(mean(list(four.values())), None, **four)

"""A house's own list of codes is read whole; what is wrong is told by its line."""

from __future__ import annotations

import pytest

from openiop.domain.text import Text
from openiop.domain.treatment.codelists import MOST_CODES, Flaw, Flawed, read_codes, with_point

F331 = "Major depressive disorder, recurrent, moderate"


@pytest.mark.parametrize(
    "text",
    [
        f'code,name\nF33.1,"{F331}"\n',
        f"F331;{F331}\r\n",
        f"\ufeffCode\tName\n\n f33.1 \t {F331} \n",
    ],
)
def test_commas_semicolons_tabs_heads_and_missing_points_are_all_read(text):
    found = read_codes(text)
    assert (found.codes, found.flaws) == ({"F33.1": Text(F331, F331)}, ())


def test_a_third_column_is_the_spanish_name():
    assert read_codes("F41.1,Generalized anxiety disorder,Ansiedad generalizada").codes == {
        "F41.1": Text("Generalized anxiety disorder", "Ansiedad generalizada")
    }


def test_every_wrong_line_is_told_by_its_number():
    found = read_codes(f"code,name\nF33.1,{F331}\nhello,World\nF331,Again\nF41.1,\nF42.2,{'x' * 301}")
    assert found.flaws == (
        Flawed(Flaw.BAD_CODE, 3, "hello"),
        Flawed(Flaw.TWICE, 4, "F331"),
        Flawed(Flaw.NO_NAME, 5, "F41.1"),
        Flawed(Flaw.LONG_NAME, 6, "F42.2"),
    )


def test_a_file_without_codes_and_one_with_too_many_are_refused():
    assert read_codes("code,name\n").flaws == (Flawed(Flaw.EMPTY),)
    many = "\n".join(
        f"F{n // 1000 % 10}{n // 100 % 10}.{n % 100:02}{n // 10000},x" for n in range(MOST_CODES)
    )
    assert read_codes(many).flaws == ()
    assert [one.flaw for one in read_codes(f"{many}\nZ65.3,Legal").flaws] == [Flaw.TOO_MANY]


def test_a_code_gets_its_point_and_its_capitals():
    assert [with_point(one) for one in ("f331", "F33.1", " i10 ", "F50010")] == [
        "F33.1",
        "F33.1",
        "I10",
        "F50.010",
    ]

"""A small XLSX file of our own, so that no real list is needed to test the readers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
Cells = Sequence[Sequence[str | int]]

HEADS = (
    "Name1", "Name2", "Street1", "Street2", "City", "State", "Zip", "Phone", "Intake1", "Intake2", "Intake1a",
    "Intake2a", "Service_code_info",
)  # fmt: skip
CODES = (
    ("category_code", "category_name", "service_code", "service_name", "service_description"),
    ("TC", "Type of Care", "SA", "Substance use treatment", "Care."),
    ("SET", "Service Setting", "OIT", "Intensive outpatient treatment", "Nine hours."),
    ("PAY", "Payment", "MD", "Medicaid", "Pays."),
)


def facility(**cells: str | int) -> list[str | int]:
    """One row of the official list; columns by their heads in small letters."""
    usual = {
        "name1": "Alder House", "street1": "12 Foxglove Lane", "city": "Larkmoor", "state": "CA", "zip": "94098",
        "phone": "415-555-0110", "service_code_info": "SA * OIT * MD",
    }  # fmt: skip
    values: dict[str, str | int] = {**usual, **cells}
    return [values.get(head.lower(), "") for head in HEADS]


def official(*rows: Sequence[str | int], heads: Sequence[str] = HEADS, codes: Cells = CODES) -> bytes:
    """The official workbook with these rows."""
    return workbook({"Facilities List": [list(heads), *rows], "Service Code Reference": codes})


def workbook(sheets: dict[str, Cells]) -> bytes:
    """An XLSX file with these sheets."""
    names = list(sheets)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        kinds = "".join(
            f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for at in range(1, len(names) + 1)
        )
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
            'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{kinds}</Types>",
        )
        file.writestr("_rels/.rels", _links({"rId1": ("officeDocument", "xl/workbook.xml")}))
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"/>'
            for at, name in enumerate(names, 1)
        )
        file.writestr(
            "xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>'
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            _links(
                {f"rId{at}": ("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(names) + 1)}
            ),
        )
        for at, name in enumerate(names, 1):
            file.writestr(f"xl/worksheets/sheet{at}.xml", _sheet(sheets[name]))
    return out.getvalue()


def _links(targets: dict[str, tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="{key}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _sheet(rows: Cells) -> str:
    lines = "".join(
        f'<row r="{number}">{"".join(_cell(number, at, value) for at, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    return f"<worksheet {MAIN}><sheetData>{lines}</sheetData></worksheet>"


def _cell(row: int, column: int, value: str | int) -> str:
    place = f"{chr(65 + column)}{row}"
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else ""

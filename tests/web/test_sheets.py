"""The style sheet as it is served: the same rules in fewer bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from openiop.web.sheets import SheetStorage, squeeze


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("a { color: red; }\n", "a{color:red}"),
        ("/* why */ a, b { margin: 0 auto ; }", "a,b{margin:0 auto}"),
        (".a :is(.b, .c) { top: 0 }", ".a :is(.b,.c){top:0}"),
        ("a :hover { width: calc(1px + 2px); }", "a :hover{width:calc(1px + 2px)}"),
        ("@media (width > 2px) and (hover) { a { top: 0; } }", "@media (width > 2px) and (hover){a{top:0}}"),
        ('li::before { content: " ; : } "; }', 'li::before{content:" ; : } "}'),
        ("a { grid-area: 1 / 2; margin: -1px; }", "a{grid-area:1 / 2;margin:-1px}"),
    ],
)
def test_only_spaces_that_say_nothing_are_taken(written: str, served: str) -> None:
    assert squeeze(written) == served


def test_the_sheet_is_collected_squeezed_with_the_hashed_addresses_of_its_files(tmp_path: Path) -> None:
    sources, served = tmp_path / "sources", tmp_path / "served"
    sources.mkdir()
    (sources / "a.css").write_text('/* why */\n@font-face { src: url("b.woff2"); }\n')
    (sources / "b.woff2").write_bytes(b"letters")
    storage = SheetStorage(location=served, base_url="/static/")
    place = FileSystemStorage(sources)
    for name in ("a.css", "b.woff2"):
        with place.open(name) as source:
            storage.save(name, source)
    names = dict(
        pair[:2] for pair in storage.post_process({name: (place, name) for name in ("a.css", "b.woff2")})
    )
    sheet = (served / storage.stored_name("a.css")).read_text()
    assert sheet == f'@font-face{{src:url("{storage.stored_name("b.woff2")}")}}'
    assert names

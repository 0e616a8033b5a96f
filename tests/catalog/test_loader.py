"""The one loader: versions, schema errors in words, frozen entries, the manifest."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiop import catalog
from openiop.catalog import manifest
from openiop.domain.errors import InvalidInput


def test_every_file_is_published_and_unchanged() -> None:
    assert manifest.problems(catalog.ROOT) == []


@pytest.mark.parametrize("kind", catalog.kinds())
def test_every_entry_of_every_kind_loads(kind: str) -> None:
    entries = catalog.load_all(kind)
    assert entries
    for entry in entries:
        assert entry.title.en
        assert entry.title.es
        assert catalog.load(kind, entry.id, entry.version) is entry


def test_an_entry_is_read_only() -> None:
    body = catalog.load("programs", "depression").body
    with pytest.raises(TypeError):
        body["id"] = "other"  # type: ignore[index]
    assert isinstance(body["groups"], tuple)


def test_an_absent_entry_or_version_or_kind_is_named() -> None:
    with pytest.raises(catalog.NotInCatalog, match="no programs entry nowhere"):
        catalog.load("programs", "nowhere")
    with pytest.raises(catalog.NotInCatalog, match="depression, version 99"):
        catalog.load("programs", "depression", 99)
    with pytest.raises(catalog.NotInCatalog, match="no kind potions"):
        catalog.load("potions", "depression")


def test_a_path_cannot_climb_out_of_the_catalogue() -> None:
    with pytest.raises(catalog.NotInCatalog):
        catalog.load("programs", "../programs/depression")


def _copy(tmp_path: Path, old: str, new: str, name: str = "depression.1.yaml") -> Path:
    source = (catalog.ROOT / "programs" / "depression.1.yaml").read_text(encoding="utf-8")
    assert old in source
    path = tmp_path / "programs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_schema_error_names_the_place(tmp_path: Path) -> None:
    path = _copy(tmp_path, "seats: 12", "seats: 99")
    with pytest.raises(
        InvalidInput, match=r"groups\[0\]\.seats: 99 is greater than the maximum of 15"
    ) as raised:
        catalog.read_file(path)
    assert raised.value.field == "groups[0].seats"


def test_a_missing_spanish_text_is_an_error(tmp_path: Path) -> None:
    path = _copy(tmp_path, 'title: {en: "Depression", es: "Depresión"}', 'title: {en: "Depression"}')
    with pytest.raises(InvalidInput, match="title: 'es' is a required property"):
        catalog.read_file(path)


def test_name_and_content_must_agree(tmp_path: Path) -> None:
    path = _copy(tmp_path, "version: 1", "version: 2")
    with pytest.raises(InvalidInput, match="must agree"):
        catalog.read_file(path)
    with pytest.raises(InvalidInput, match="name the file"):
        catalog.read_file(_copy(tmp_path, "id: depression", "id: depression", "Depression.yaml"))


def test_an_absent_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="No such file"):
        catalog.read_file(tmp_path / "programs" / "ghost.1.yaml")


def test_the_manifest_finds_changed_absent_and_unpublished_files(tmp_path: Path) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "a.1.yaml").write_text("a", encoding="utf-8")
    (folder / "b.1.yaml").write_text("b", encoding="utf-8")
    manifest.write(tmp_path, {"programs/a.1.yaml": manifest.sha256(b"old"), "programs/gone.1.yaml": "0"})
    assert manifest.problems(tmp_path) == [
        "programs/a.1.yaml was published and has changed; a correction is the next version.",
        "programs/gone.1.yaml is published but the file is gone.",
        "programs/b.1.yaml is not published yet (openiop catalog publish programs/b.1.yaml).",
    ]

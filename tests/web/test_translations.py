"""Every text has its Spanish, plural forms included, and no two areas contradict each other."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

from openiop.web import translations

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


def test_nothing_is_untranslated() -> None:
    assert translations.untranslated("es") == []


def test_placeholders_survive_translation() -> None:
    lost = []
    for message in translations.merged("es"):
        source = message.id if isinstance(message.id, str) else " ".join(message.id)
        target = message.string if isinstance(message.string, str) else " ".join(message.string)
        if message.id and target and set(PLACEHOLDER.findall(source)) != set(PLACEHOLDER.findall(target)):
            lost.append(f"{source!r} -> {target!r}")
    assert lost == []


def _area(folder: Path, name: str, text: str, translation: str) -> None:
    language = folder / "es"
    language.mkdir(exist_ok=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    body = f'msgid "{text}"\nmsgstr "{translation}"\n'
    (language / f"{name}.po").write_text(header + body, encoding="utf-8")


def test_areas_are_merged_and_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources, target = tmp_path / "sources", tmp_path / "compiled"
    sources.mkdir()
    monkeypatch.setattr(translations, "SOURCES", sources)
    _area(sources, "groups", "Present", "Presente")
    _area(sources, "intake", "Waiting", "En espera")
    assert translations.compile_messages(target) is True
    assert translations.compile_messages(target) is False
    compiled = gettext.translation("django", target, ["es"])
    assert compiled.gettext("Present") == "Presente"
    assert compiled.gettext("Waiting") == "En espera"


def test_two_areas_may_not_contradict_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "SOURCES", tmp_path)
    _area(tmp_path, "groups", "Late", "Tarde")
    _area(tmp_path, "intake", "Late", "Atrasado")
    with pytest.raises(translations.ConflictingTranslation, match=r"intake\.po and groups\.po .*'Late'"):
        translations.merged("es")

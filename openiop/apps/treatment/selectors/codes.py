"""Which diagnosis codes are offered: the shipped list, and the house's own beside it or in its place."""

from __future__ import annotations

from collections.abc import Mapping

from openiop import catalog
from openiop.apps.treatment.models import CodeList
from openiop.domain.text import Text


def code_lists() -> list[CodeList]:
    """Return every version of the house's own list, the newest first."""
    return list(CodeList.objects.defer("codes").order_by("-number"))


def own_list() -> CodeList | None:
    """Return the version that holds."""
    found: CodeList | None = CodeList.objects.order_by("-number").first()
    return found


def known_codes() -> Mapping[str, Text]:
    """Return the codes to choose from in their order, with their words."""
    shipped, own = catalog.diagnoses().codes, own_list()
    if own is None:
        return shipped
    codes = {code: Text(english, spanish) for code, english, spanish in own.codes}
    return codes if own.replaces else dict(sorted({**shipped, **codes}.items()))

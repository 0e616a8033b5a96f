"""Loading a house's own list of diagnosis codes. Former versions stay as they were loaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.treatment.models import CodeList
from openiop.apps.treatment.selectors.codes import own_list
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.text import Text


def load_codes(*, by: Actor, codes: Mapping[str, Text], replaces: bool, at: datetime) -> CodeList:
    """Let a list hold from now on, beside the shipped one or in its place."""
    if not codes:
        raise InvalidInput(_("The file has no codes."), field="file")
    return _load(by, codes, replaces=replaces, at=at)


def drop_codes(*, by: Actor, at: datetime) -> CodeList:
    """Let the shipped list hold alone again."""
    return _load(by, {}, replaces=False, at=at)


def _load(by: Actor, codes: Mapping[str, Text], *, replaces: bool, at: datetime) -> CodeList:
    if not by.may(Permission.CODES_EDIT):
        raise NotAllowed(_("You may not change the list of diagnosis codes."))
    with recording(by=by, at=at) as record:
        former = own_list()
        row: CodeList = CodeList.objects.create(
            organization_id=by.organization_id,
            number=former.number + 1 if former is not None else 1,
            replaces=replaces,
            codes=[[code, words.en, words.es] for code, words in codes.items()],
            loaded_by_id=by.user_id,
            loaded_name=by.name,
            created_at=at,
        )
        data = {"number": row.number, "codes": len(codes), "replaces": replaces}
        record("codes.loaded", subject=row, data=data)
    return row

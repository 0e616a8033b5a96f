"""Write one of the program's own pages. Every version is kept as it was written."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.front.models import PageText
from openiop.apps.front.selectors.own import versions_of
from openiop.domain.errors import Conflict, NotAllowed
from openiop.domain.ownpages import check_page


def write_page(
    *, by: Actor, topic: str, language: str, title: str, body: str, version: int, at: datetime
) -> PageText:
    """Write the next version of a page; `version` is the one it was written over (0: none yet).

    Conflict where somebody wrote one in between; nothing is written where nothing changed.
    """
    if not by.may(Permission.MEMBER_EDIT):
        raise NotAllowed(_("You may not change the public pages."))
    title, body = check_page(title, body)
    with recording(by=by, at=at) as record:
        former = next(iter(versions_of(by, topic, language)), None)
        if (former.version if former else 0) != version:
            raise Conflict(
                _("Someone else wrote this page meanwhile. Compare the versions, then save again."),
                code="stale",
            )
        if former is not None and (former.title, former.body) == (title, body):
            return former
        row: PageText = PageText.objects.create(
            organization_id=by.organization_id,
            topic=topic,
            language=language,
            version=version + 1,
            title=title,
            body=body,
            written_by_id=by.user_id,
            created_at=at,
        )
        record(
            "page.written", subject=row, data={"page": topic, "language": language, "version": row.version}
        )
    return row

"""How a note stands, and who may do what to it. Nothing signed is ever changed or taken away.

A draft is its author's. Signing freezes a version. What was wrong is mended by an addendum, or by a new version
with its reason; a note in the wrong chart is retracted, and stays readable as retracted. Who holds no license is
co-signed by a licensed colleague, who may send the note back instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How the whole note stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    AWAITS_COSIGN = "awaits-cosign"
    SENT_BACK = "sent-back"
    COSIGNED = "cosigned"
    AMENDED = "amended"
    RETRACTED = "retracted"


class Mark(StrEnum):
    """What is put on a signed version, never to be taken off again."""

    ADDENDUM = "addendum"
    COSIGNED = "cosigned"
    SENT_BACK = "sent_back"
    RETRACTED = "retracted"


class Act(StrEnum):
    """What somebody wants to do."""

    SAVE = "save"
    SIGN = "sign"
    ADDEND = "addend"
    AMEND = "amend"
    COSIGN = "cosign"
    RETRACT = "retract"


class Refusal(StrEnum):
    """Why it cannot be done."""

    RETRACTED = "retracted"
    SIGNED = "signed"
    NOT_SIGNED = "not-signed"
    NOT_AUTHOR = "not-author"
    DRAFT_OPEN = "draft-open"
    OWN_NOTE = "own-note"
    UNLICENSED = "unlicensed"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Version:
    """One version as far as its standing goes."""

    number: int
    is_signed: bool
    needs_cosign: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark, and the version it was put on."""

    mark: Mark
    number: int


@dataclass(frozen=True, slots=True)
class Doer:
    """Who wants to act, as far as this note goes."""

    is_author: bool
    is_licensed: bool = False


def standing_of(versions: Sequence[Version], marks: Sequence[Marked]) -> Standing:
    """Return how a note stands; of marks, given in order, a supervisor's last one on the version in force counts."""
    if any(one.mark is Mark.RETRACTED for one in marks):
        return Standing.RETRACTED
    signed = [version for version in versions if version.is_signed]
    if not signed:
        return Standing.DRAFT
    if not signed[-1].needs_cosign:
        return Standing.AMENDED if len(signed) > 1 else Standing.SIGNED
    said = [
        one.mark
        for one in marks
        if one.number == signed[-1].number and one.mark in (Mark.COSIGNED, Mark.SENT_BACK)
    ]
    if not said:
        return Standing.AWAITS_COSIGN
    return Standing.COSIGNED if said[-1] is Mark.COSIGNED else Standing.SENT_BACK


def has_draft(versions: Sequence[Version]) -> bool:
    """Tell whether a version is being written."""
    return bool(versions) and not versions[-1].is_signed


def refusal_of(act: Act, doer: Doer, versions: Sequence[Version], marks: Sequence[Marked]) -> Refusal | None:
    """Return why this person may not do this to this note, or None."""
    standing = standing_of(versions, marks)
    if standing is Standing.RETRACTED:
        return Refusal.RETRACTED
    if act is Act.RETRACT:
        return None if doer.is_author or doer.is_licensed else Refusal.NOT_AUTHOR
    if act in (Act.SAVE, Act.SIGN):
        return _draft_refusal(doer, versions)
    return (
        Refusal.NOT_SIGNED if standing is Standing.DRAFT else _signed_refusal(act, doer, standing, versions)
    )


def _signed_refusal(act: Act, doer: Doer, standing: Standing, versions: Sequence[Version]) -> Refusal | None:
    if act is Act.AMEND:
        return _amend_refusal(doer, versions)
    return _cosign_refusal(doer, standing) if act is Act.COSIGN else None


def _draft_refusal(doer: Doer, versions: Sequence[Version]) -> Refusal | None:
    if not has_draft(versions):
        return Refusal.SIGNED
    return None if doer.is_author else Refusal.NOT_AUTHOR


def _amend_refusal(doer: Doer, versions: Sequence[Version]) -> Refusal | None:
    if not doer.is_author:
        return Refusal.NOT_AUTHOR
    return Refusal.DRAFT_OPEN if has_draft(versions) else None


def _cosign_refusal(doer: Doer, standing: Standing) -> Refusal | None:
    if standing not in (Standing.AWAITS_COSIGN, Standing.SENT_BACK):
        return Refusal.NOT_NEEDED
    if doer.is_author:
        return Refusal.OWN_NOTE
    return None if doer.is_licensed else Refusal.UNLICENSED


def may_save_over(*, sent: int, sent_tab: str, stands: int, stands_tab: str) -> bool:
    """Tell whether what a page sends may replace the draft.

    It may where the page has seen the newest version, or where the newest version is its own: an answer that
    never arrived (a server that died after it had saved) must not turn a page against its own words.
    """
    return sent == stands or (bool(sent_tab) and sent_tab == stands_tab)

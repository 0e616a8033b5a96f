"""What a consent comes down to, in the language in which it is signed: shown before the whole text.

Every point is read from what the consent itself says, so the short form can never promise more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from openiop.apps.clients.consent_words import PURPOSES
from openiop.apps.clients.letters import end_words
from openiop.apps.clients.selectors.consents import Standing
from openiop.domain import consents as rules
from openiop.domain.consent_templates import Statement


@dataclass(frozen=True, slots=True)
class KeyPoints:
    """The form's title, one sentence, and the points, all in one language."""

    language: str
    title: str
    summary: str
    points: tuple[tuple[str, str], ...]


def key_points(one: Standing) -> KeyPoints:
    """Return a consent in short."""
    language = one.row.language
    with override(language):
        points = _sharing(one) if one.value.kind in rules.DISCLOSING else _care(one)
        return KeyPoints(
            language=language,
            title=one.template.title.in_language(language),
            summary=one.template.summary.in_language(language),
            points=tuple((term, words) for term, words in points if words),
        )


def _sharing(one: Standing) -> Iterator[tuple[str, str]]:
    value = one.value
    yield _("What may be shared"), value.info_description
    yield _("With whom"), value.recipient
    yield _("What for"), value.purpose_words or str(PURPOSES[value.purpose])
    yield _("How long it holds"), _ends(value)
    yield (
        _("If you change your mind"),
        _("You can take it back at any time. From then on nothing more is shared."),
    )
    yield _("If you do not sign"), one.template.statement_text(Statement.REFUSAL, one.row.language, {})


def _care(one: Standing) -> Iterator[tuple[str, str]]:
    yield _("How long it holds"), _ends(one.value)
    yield _("Your questions"), _("Ask before you sign. You may say no to any part of treatment.")
    yield (
        _("If you change your mind"),
        _("You can take it back at any time, by telling your team. What was done before stays done."),
    )


def _ends(value: rules.Consent) -> str:
    words = end_words(value)
    return words if value.expires_kind is rules.Expires.NONE else _("Until: %(end)s") % {"end": words}

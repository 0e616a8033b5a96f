"""The mails this house sends. None names a client, a record or why somebody belongs here (ADR 0015)."""

from __future__ import annotations

from collections.abc import Sequence
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)


def password_link(to: str, url: str) -> None:
    """Send the link that sets a password once."""
    _send(
        [to],
        _("Set your password"),
        _("With this link you set a new password. It works once, for three days:"),
        url,
        _("If you did not ask for it, nothing has changed and you need do nothing."),
    )


def invitation(to: str, url: str, until: str) -> None:
    """Invite somebody to a page of their own. Who invites and what for stands nowhere in it."""
    _send(
        [to],
        _("A page of your own"),
        _("Somebody who knows you has set up a private page for you. With this link you open it:"),
        url,
        _("The link works once, until %(until)s. After that you sign in with your own password or passkey.")
        % {"until": until},
        _("If you were not told about it, do nothing: without you nobody can use the link."),
    )


def unknown_address(to: str) -> None:
    """Tell somebody who asked for a new password that the address has no sign-in."""
    _send(
        [to],
        _("Set your password"),
        _("Somebody asked for a new password for this address, but there is no sign-in with it."),
        _("If it was you, try another address of yours, or ask the person who gave you access."),
    )


def way_in_changed(to: str) -> None:
    """Warn somebody that their password or second factor changed."""
    _send(
        [to],
        _("Your sign-in was changed"),
        _("Your password, your second factor or your recovery codes were changed just now."),
        _("If it was not you, tell your administrator at once and set a new password."),
    )


def emergency_opened(to: Sequence[str], url: str) -> None:
    """Tell the reviewers that emergency access was opened; who and why stands behind the sign-in."""
    _send(
        to,
        _("Emergency access was opened"),
        _("Somebody opened emergency access just now. Please review it within 24 hours:"),
        url,
    )


def week_changed(to: Sequence[str]) -> None:
    """Tell somebody that there is news behind their sign-in; what changed, and for whom, stands only there."""
    _send(
        to,
        _("There is news for you"),
        _("Something changed in your calendar. Please sign in to see it."),
    )


def _send(to: Sequence[str], subject: str, *lines: str) -> None:
    """Send one mail to each address, so that nobody sees the others. A mail that fails stops nothing."""
    for address in to:
        mail = EmailMessage(subject, "\n\n".join(lines) + "\n", settings.DEFAULT_FROM_EMAIL, [address])
        try:
            mail.send()
        except (SMTPException, OSError):
            # The address and the text stay out of the log.
            log.exception("a mail could not be sent")

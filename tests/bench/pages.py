"""What is measured: each page with who opens it, its goal, and what it may cost in plain pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.bench.charted import NEEDLE

PLAIN = "/accounts/time-left/"
"""The plainest page of a signed-in person: session, person, role, no template. The unit of what others cost."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to read. `path` and `fields` take `{deep}`, `{name}`, `{site}` from the filled clinic.

    `goal`: milliseconds, or None where no goal was set. `times`: the most CPU it may take, in plain pages.
    """

    name: str
    role: str
    path: str
    goal: float | None = None
    times: float | None = None
    fields: dict[str, str] = field(default_factory=dict)

    def address(self, clinic: dict[str, Any]) -> str:
        """Return where it is in this clinic."""
        return self.path.format(**clinic)

    def sent(self, clinic: dict[str, Any]) -> dict[str, str]:
        """Return what is posted; nothing for a page that is asked for."""
        return {name: text.format(**clinic) for name, text in self.fields.items()}


DIRECTOR, INTAKE, THERAPIST = "Clinical director", "Intake", "Therapist"
"""How the demo's door names those who open the pages."""

FIRST = "List of clients, first page"
DEEP = "List of clients, 9,000 names further"
SEARCH = "Search by name"
NOBODY = "Search that finds nobody"
HOURS = "Hours board, 60 in care"
CREATE = "A new client"
SHEET = "Attendance of 12, one request"
WRITES = {CREATE: (25.0, 10.0), SHEET: (100.0, 40.0)}
"""Goal in milliseconds, and the most CPU in plain pages."""

PAGES = (
    Page(FIRST, DIRECTOR, "/staff/clients/", 20, 8),
    Page(DEEP, DIRECTOR, "/staff/clients/?after={deep}", 20, 8),
    Page(SEARCH, DIRECTOR, "/staff/clients/", 15, 6, {"q": "{name}"}),
    Page(NOBODY, DIRECTOR, "/staff/clients/", 15, 6, {"q": "zqx"}),
    Page("List of those in care", DIRECTOR, "/staff/clients/?status=care", 20, 8),
    Page("List of those discharged", DIRECTOR, "/staff/clients/?status=discharged", 20, 8),
    Page("List of who needs an interpreter", DIRECTOR, "/staff/clients/?needs=interpreter", 20, 8),
    Page(HOURS, DIRECTOR, "/staff/hours/?site={site}", 150, 60),
    Page("Program board", DIRECTOR, "/staff/board/?site={site}"),
    Page("Today", THERAPIST, "/staff/today/"),
    Page("Pipeline", INTAKE, "/staff/referrals/"),
    Page("A client's page", DIRECTOR, "/staff/clients/{deep}/"),
    Page("Chart with 500 notes", DIRECTOR, "/staff/clients/{charted}/chart/", 100, 40),
    Page("Search in that chart", DIRECTOR, "/staff/clients/{charted}/chart/", 100, 40, {"words": NEEDLE}),
    Page("Form of a new client", INTAKE, "/staff/clients/new/"),
)

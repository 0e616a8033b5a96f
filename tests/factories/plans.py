"""Treatment plans: one that is signed and waits for a second signature, one that is being written."""

from __future__ import annotations

from typing import Any

from openiop.apps.admissions.models import Episode
from openiop.apps.treatment.models import TreatmentPlan
from openiop.apps.treatment.reading import fingerprint
from openiop.domain.treatment import read_plan
from tests.factories.people import AT, put


def plan_content(word: str) -> dict[str, Any]:
    """Return a whole plan as plain data; its texts carry the word."""
    step = {
        "key": "i1",
        "service": "psychoed",
        "words": f"{word} group",
        "times": 2,
        "per": "week",
        "who": "Dev",
    }
    objective = {
        "key": "o1",
        "words": f"{word} paints again",
        "measure": "Activities done",
        "baseline": "1 a week",
        "target": "5 a week",
        "by": "2026-04-01",
        "interventions": [step],
    }
    return {
        "problems": [{"key": "p1", "code": "F33.1", "words": f"{word} depression"}],
        "strengths": f"{word} friends",
        "barriers": "Night shifts",
        "goals": [{"key": "g1", "words": f"I want {word}", "problem": "p1", "objectives": [objective]}],
        "done_when": "PHQ-9 below 10",
    }


def make_plan(episode: Episode, word: str = "Sun", **columns: Any) -> TreatmentPlan:
    """Make a draft; with `signed_at` a signed one."""
    content = plan_content(word)
    return put(
        TreatmentPlan,
        **{
            "organization": episode.organization,
            "client": episode.client,
            "episode": episode,
            "number": 1,
            "content": content,
            "content_sha256": fingerprint(read_plan(content)) if columns.get("signed_at") else "",
            "updated_at": AT,
            "created_at": AT,
        }
        | columns,
    )

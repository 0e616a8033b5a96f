"""The treatment plan: what it says, when it is complete, when it is reviewed, who signs, what moved.

model        the plan as a value, read from and written to plain data
gaps         what is still missing, so that an objective can be measured
rhythm       when a plan is due, by house and payer, and what calls for a review sooner
signing      whose signature counts, and whose needs a second one
comparing    what one version says otherwise than another
progress     how far each objective moved from review to review
library      objectives and interventions per track, and the list of diagnoses
"""

from __future__ import annotations

from openiop.domain.treatment.model import (
    Goal,
    Intervention,
    Objective,
    Per,
    Plan,
    Problem,
    read_plan,
)

__all__ = ["Goal", "Intervention", "Objective", "Per", "Plan", "Problem", "read_plan"]

"""Level of care: a criteria set and findings in, a determination with all its reasons out.

    criteria = openiop.catalog.criteria("open-loc")
    inputs = read_inputs(criteria, {"findings": {...}, "context": {...}}, today=on)
    determination = determine(criteria, inputs.values, on=inputs.on)
    to_data(determination, criteria, "es")

ASAM and LOCUS results may be given as context; they are never computed here (licence).
"""

from openiop.domain.levelofcare.checking import Example, check_criteria, read_examples, run_example
from openiop.domain.levelofcare.deciding import determine
from openiop.domain.levelofcare.inputs import ExternalResult, Inputs, read_inputs, to_values
from openiop.domain.levelofcare.model import (
    CriteriaSet,
    Determination,
    Flip,
    Level,
    Missing,
    Reason,
    Rule,
    Status,
    Urgency,
)
from openiop.domain.levelofcare.reading import read_criteria
from openiop.domain.levelofcare.words import describe_findings, to_data

__all__ = [
    "CriteriaSet",
    "Determination",
    "Example",
    "ExternalResult",
    "Flip",
    "Inputs",
    "Level",
    "Missing",
    "Reason",
    "Rule",
    "Status",
    "Urgency",
    "check_criteria",
    "describe_findings",
    "determine",
    "read_criteria",
    "read_examples",
    "read_inputs",
    "run_example",
    "to_data",
    "to_values",
]

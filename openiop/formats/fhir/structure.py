"""Is an entry shaped as FHIR R4 says? Checked with fhir.resources, always its R4B models.

R4B (4.3.0) has the same elements as R4 (4.0.1) for every type that OpenIOP reads. The models check
shape and cardinality, not required codes. They are imported on first use: they are large.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from openiop.formats.fhir import elements as e

_LONGEST = 120


@cache
def model_of(kind: str) -> Any:
    """The R4B model of a resource type, or None where FHIR R4B has no such type."""
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 - large: on first use

    try:
        model = get_fhir_model_class(kind)
    except (LookupError, ValueError):
        return None
    from fhir.resources.R4B.resource import Resource  # noqa: PLC0415 - large: on first use

    return model if issubclass(model, Resource) else None


def fault_in(resource: dict[str, Any], kind: str) -> str:
    """The first structural fault as "element: what is wrong", or nothing."""
    from pydantic import ValidationError  # noqa: PLC0415 - large: on first use

    try:
        model_of(kind).model_validate(resource)
    except ValidationError as error:
        return _words(error)
    except Exception as error:  # noqa: BLE001 - the models' own parsers may raise anything on odd input
        return f"it cannot be checked ({type(error).__name__})"
    return ""


def _words(error: Any) -> str:
    if error.error_count() > 1000:
        return "more than 1,000 elements do not fit"
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    path = ".".join(str(step) for step in first["loc"] if step != "resource_type")
    return e.text(f"{path}: {first['msg']}" if path else str(first["msg"]))[:_LONGEST]

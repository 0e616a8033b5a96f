"""What every test of the services starts from."""

from __future__ import annotations

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> None:
    """Begin in the house's own language: a request of the test before may have left another."""
    translation.deactivate()

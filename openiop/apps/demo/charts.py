"""The words of the charts: what was written for the demo can be found like what is written in it."""

from __future__ import annotations

from openiop.apps.audit.services import recording
from openiop.apps.demo.house import House
from openiop.apps.record.services.indexing import index_everything


def index_charts(house: House) -> None:
    """Let the words of all that was written be found."""
    with recording(by=house.by, at=house.at) as record:
        index_everything(record)

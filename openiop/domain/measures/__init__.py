"""Measures of how a person is doing: questionnaires as data, their scores, and what changed.

    model      what an instrument is: items, scores, bands, flags, change rows
    reading    an instrument from its catalogue file
    checking   what must hold before one may be used, and its own worked examples
    scoring    answers in, scores, bands, flags and completeness out
    change     two scores of one person: reliable change, response, remission, recovery
    batteries  which forms are due when
    track      a row of scores: on track, off track and why, or too early to say

Flags rest on raw answers, also in half-filled forms: a question left open never hides what another says.
A band says that a score is in a range. It is never a diagnosis; a person decides.
"""

from openiop.domain.measures.change import Change, Status, compare
from openiop.domain.measures.model import Instrument, Item, Score, Standing
from openiop.domain.measures.reading import read_instrument
from openiop.domain.measures.scoring import Asked, Result, read_answers, score

__all__ = [
    "Asked",
    "Change",
    "Instrument",
    "Item",
    "Result",
    "Score",
    "Standing",
    "Status",
    "compare",
    "read_answers",
    "read_instrument",
    "score",
]

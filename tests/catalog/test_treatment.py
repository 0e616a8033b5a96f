"""The catalogue of treatment plans: diagnoses with their edition, objectives for every track, both languages."""

from __future__ import annotations

from datetime import date
from itertools import count

from openiop import catalog
from openiop.domain.treatment.gaps import is_code, says_how_much


def test_the_diagnoses_are_of_one_dated_public_edition():
    found = catalog.diagnoses()
    assert (found.version, found.effective_from) == (2026, date(2026, 4, 1))
    assert "public domain" in found.source
    assert all(is_code(code) for code in found.codes)
    assert found.codes["F33.1"].en == "Major depressive disorder, recurrent, moderate"
    # Since October 2024 an eating disorder's code says how severe it is.
    assert {"F50.010", "F50.812", "F50.24"} <= set(found.codes)
    assert {"F50.01", "F50.2", "F50.81", "F32"}.isdisjoint(found.codes)


def test_every_track_has_objectives_that_are_measurable_as_they_stand():
    for program in catalog.programs():
        library = catalog.objectives(program.id)
        assert len(library.offers) >= 6
        for offer in library.offers:
            assert says_how_much(offer.target.en)
            assert says_how_much(offer.target.es)
            assert offer.steps


def test_what_is_taken_over_is_in_the_plans_language_and_due_in_weeks():
    offer = catalog.objectives("depression").offer("activity")
    keys = (f"k{number}" for number in count())
    taken = offer.taken(keys=keys, language="es", today=date(2026, 3, 2), who="Dev")
    assert (taken.key, taken.target, taken.by) == ("k0", "5 por semana", date(2026, 3, 30))
    assert [(step.key, step.service, step.times, step.who) for step in taken.interventions] == [
        ("k1", "psychoed", 2, "Dev")
    ]


def test_an_objective_suits_the_diagnoses_that_begin_with_its_codes():
    offer = catalog.objectives("depression").offer("mood")
    assert offer.suits("F33.1")
    assert not offer.suits("F41.1")
    assert not offer.suits("")
    assert catalog.objectives("depression").offer("work").suits("F41.1")

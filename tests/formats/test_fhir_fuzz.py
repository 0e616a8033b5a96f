"""Damaged and hostile files: always a packet or a named refusal, never anything else, in bounded time."""

from __future__ import annotations

import copy
import json
import random
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openiop.formats.fhir import Limits, ReferralPacket, ReferralRefused, read_referral, understood
from tests.figures import Figures
from tests.formats.bundles import about, bundle, concept, condition, file_of, patient
from tests.shared_data import shared

SECONDS = 2.0
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**30, 1.5, "", " ", "\x00", "\ud800", "x" * 5000, "2020-02-30", "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-14:00", "urn:uuid:x", "#", "#c", "Patient/1", "Patient?identifier=|", [], {}, [[]], [None], [{}],
    {"coding": "x"}, {"coding": [{"code": []}]}, {"reference": {}}, {"reference": "#"}, {"start": 5}, {"value": "NaN"},
    "entered-in-error", "R5", "5.0.0", "<script>alert(1)</script>", "\u202eabc", "🧠" * 50,
)  # fmt: skip


def rich_bundle() -> dict[str, Any]:
    """Return a bundle with something of every kind that is read."""
    code = concept("PHQ-9 total", "44261-6", "http://loinc.org")
    return bundle(
        patient(
            communication=[{"language": concept("Spanish", "es", "urn:ietf:bcp:47"), "preferred": True}],
            contact=[{"name": {"text": "Odell"}, "telecom": [{"system": "phone", "value": "1"}]}],
            address=[{"line": ["1 Alder Way"], "city": "Fenmoor"}],
            extension=[{"url": "http://x.example/y", "valueBoolean": True}],
        ),
        condition(onsetDateTime="2020-01", category=[concept("problem-list-item")]),
        about("Observation", status="final", code=code, effectiveDateTime="2026-01-01", valueQuantity={"value": 12.5}),
        about(
            "MedicationRequest",
            status="active",
            intent="order",
            medicationReference={"reference": "#m"},
            contained=[{"resourceType": "Medication", "id": "m", "code": concept("sertraline")}],
            dosageInstruction=[{"timing": {"repeat": {"frequency": 1, "period": 1.0, "periodUnit": "d"}}}],
        ),
        about("AllergyIntolerance", code=concept("penicillin"), reaction=[{"manifestation": [concept("rash")]}]),
        about("Encounter", status="finished", period={"start": "2026-01-01", "end": "2026-01-02"}, **{"class": {"code": "IMP"}}),
        about("Procedure", status="completed", code=concept("counseling"), performedPeriod={"start": "2026"}),
        about("CarePlan", status="active", intent="plan", activity=[{"detail": {"code": concept("CBT"), "status": "scheduled"}}]),
        about("Goal", lifecycleStatus="active", description=concept("sleep")),
        about("Coverage", status="active", payor=[{"display": "Example Health"}]),
        about("ServiceRequest", status="active", intent="order", code=concept("IOP")),
        about("RelatedPerson", name=[{"text": "Ines"}]),
        about("DocumentReference", status="current", content=[{"attachment": {"title": "Discharge"}}]),
        {"resourceType": "Practitioner", "name": [{"family": "Hollins-Demo"}]},
        {"resourceType": "Organization", "name": "Example Hospital"},
        about("Claim", status="active"),
    )  # fmt: skip


def read_or_refuse(data: bytes, limits: Limits | None = None) -> ReferralPacket | ReferralRefused:
    began = time.process_time()
    found: ReferralPacket | ReferralRefused
    try:
        found = read_referral(data, limits=limits)
    except ReferralRefused as refusal:
        found = refusal
    if isinstance(found, ReferralRefused):
        assert found.message.isprintable()
        found.message.encode()
    else:
        json.dumps(understood(found), ensure_ascii=False).encode()
        left = sum(item.count for item in found.not_understood if not item.partly)
        assert sum(count for _, count in found.read) + left == found.entries
    assert time.process_time() - began < SECONDS
    return found


def mutate(tree: Any, dice: random.Random, times: int) -> Any:
    """Return the tree with values replaced, removed, doubled or moved at random places, mostly inside entries."""
    for _ in range(times):
        entries = tree.get("entry")
        inside = isinstance(entries, list) and entries and dice.random() < 0.98
        parent, key = (dice.choice(entries) if inside else tree), None
        if not isinstance(parent, dict | list):
            continue
        while True:
            inner = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
            if not inner:
                break
            key = dice.choice(inner)
            child = parent[key]
            if not isinstance(child, dict | list) or not child or dice.random() < 0.15:
                break
            parent = child
        if key is not None:
            change(parent, key, dice)
    return tree


def change(parent: Any, key: Any, dice: random.Random) -> None:
    """Change one place of the tree."""
    act = dice.randrange(5)
    if act == 0:
        parent[key] = copy.deepcopy(dice.choice(ODD))
    elif act == 1:
        del parent[key]
    elif act == 2 and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
    elif act == 3 and isinstance(parent, dict):
        parent[str(dice.choice(ODD))[:40]] = parent[key]
    else:
        parent[key] = [parent[key]] if dice.random() < 0.5 else {"value": parent[key]}


def written(tree: Any) -> bytes:
    """Return the bytes of a tree that may hold lone surrogates."""
    return json.dumps(tree).encode()


def test_the_bundle_that_is_damaged_below_is_read_whole() -> None:
    packet = read_or_refuse(file_of(rich_bundle()))
    assert isinstance(packet, ReferralPacket)
    assert {kind for kind, _ in packet.read} == {
        entry["resource"]["resourceType"] for entry in rich_bundle()["entry"]
    } - {"Claim"}


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), times=st.integers(1, 12))
def test_a_bundle_changed_at_random_places_is_read_or_refused(seed: int, times: int) -> None:
    tree = mutate(rich_bundle(), random.Random(seed), times)
    assert read_or_refuse(written(tree)) is not None


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert isinstance(read_or_refuse(data), ReferralRefused)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), times=st.integers(1, 6))
def test_a_file_with_changed_bytes_is_read_or_refused(seed: int, times: int) -> None:
    dice, data = random.Random(seed), bytearray(file_of(rich_bundle()))
    for _ in range(times):
        place = dice.randrange(len(data))
        data[place : place + dice.randrange(3)] = bytes(dice.randrange(256) for _ in range(dice.randrange(3)))
    assert read_or_refuse(bytes(data)) is not None


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tree=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["resourceType", "id", "code", "subject", "text", "x"]), inner, max_size=4
            )
        ),
        max_leaves=30,
    )
)
def test_any_json_in_place_of_an_entry_is_read_or_refused(tree: Any) -> None:
    made = bundle(patient(), condition())
    made["entry"].append({"resource": tree})
    assert read_or_refuse(written(made)) is not None


@pytest.mark.parametrize(
    "hostile",
    [
        b'{"resourceType":"Bundle","type":"batch","entry":[' + b'{"resource":{}},' * 9_000 + b"{}]}",
        b'{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient","name":['
        + b"1," * 19_000
        + b"1]}}]}",
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b'{"resourceType":"Bundle","type":"batch","entry":['
        + b",".join(b'{"resource":{"resourceType":"Patient","id":"1","n":%d}}' % n for n in range(5000))
        + b"]}",
        b'{"resourceType":"Bundle","type":"batch","entry":['
        + b",".join(b'{"resource":{"resourceType":"Condition","id":"1","n":%d}}' % n for n in range(5000))
        + b"]}",
    ],
    ids=["many-empty-entries", "many-faults", "deep", "many-patients", "many-with-one-id"],
)
def test_hostile_files_end_in_bounded_time(hostile: bytes) -> None:
    assert read_or_refuse(hostile) is not None


@pytest.mark.fuzz
def test_thousands_of_damaged_bundles_are_read_or_refused(figures: Figures, long: bool) -> None:
    rounds = 100_000 if long else 10_000
    dice = random.Random(20261123)
    plain = written(rich_bundle())
    outcomes: dict[str, int] = {}
    for _ in range(rounds):
        found = read_or_refuse(written(mutate(json.loads(plain), dice, dice.randrange(1, 15))))
        name = found.code if isinstance(found, ReferralRefused) else "read"
        outcomes[name] = outcomes.get(name, 0) + 1
    assert sum(outcomes.values()) == rounds
    assert outcomes["read"] > rounds / 4
    figures.note(
        "fuzz",
        "FHIR bundles with values changed, removed, doubled or moved",
        asserts=f"each is read or refused in words within {SECONDS:g} s of CPU; over a quarter is read",
        rounds=f"{rounds:,}",
        outcome=", ".join(f"{name} {outcomes[name]:,}" for name in sorted(outcomes)),
    )


@pytest.mark.fuzz
def test_damaged_third_party_bundles_are_read_or_refused(figures: Figures, long: bool) -> None:
    dice = random.Random(7)
    plain = shared("fhir-samples", "fhir", "synthea-milan-beatty.json").read_bytes()
    tree = json.loads(plain)
    tree["entry"] = tree["entry"][:60]
    small = written(tree)
    rounds = 2_000 if long else 200
    found = [
        read_or_refuse(written(mutate(json.loads(small), dice, dice.randrange(1, 40)))) for _ in range(rounds)
    ]
    refused = sum(isinstance(one, ReferralRefused) for one in found)
    assert 0 < refused < rounds
    figures.note(
        "fuzz",
        "A third-party bundle of 60 entries, damaged in up to 39 places",
        asserts=f"each is read or refused in words within {SECONDS:g} s of CPU",
        rounds=f"{rounds:,}",
        outcome=f"read {rounds - refused:,}, refused {refused:,}",
    )

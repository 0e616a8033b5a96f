"""What is sent to every route that takes a POST: a form that a permitted person would get through.

The matrix sends the same good form as everybody else, so that a refusal is a refusal of the person. A
route that takes a POST and is not named here fails the suite. `who` is the column of matrix.csv.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.apps.admissions.answers import answers
from tests.factories.house import House, letter_code
from tests.factories.signing import PASSWORD
from tests.formats.bundles import bundle, condition, file_of, patient

Data = Mapping[str, Any]
Sending = Callable[[House, str], Data]
REASON = "A client of the other site called in crisis"
FRESH = "a fresh start on monday"


def same(**data: Any) -> Sending:
    """Return a form that is the same in every house and for everybody."""
    return lambda _house, _who: data


def _signature(house: House, who: str) -> Data:
    user = house.users.get(who)
    return {"signed_name": user.display_name if user else "Nobody", "confirm": "on"}


def _note(_house: House, _who: str) -> Data:
    return {"version": 1, "f-plan": "Walks", "day": "2026-03-02", "minutes": "50"}


def _group_note(house: House) -> Data:
    return {"version": 1, "f-topic": "Anger", f"l-{house.id_of('other_client')}-response": "Spoke of anger"}


def _assessment(_house: House, _who: str) -> Data:
    plain = {True: "yes", False: "no"}
    full = {k: plain[v] if isinstance(v, bool) else v for k, v in answers().items() if v is not None}
    return {**full, "version": 2}


def _order(**more: Any) -> Data:
    return {
        "weekly_minutes": "9",
        "weekly_days": "3",
        "modality": "on_site",
        "starts_on": "2026-03-05",
        "review_on": "2026-03-20",
        **more,
    }


def _attendance(house: House, _who: str) -> Data:
    ana = house.id_of("client")
    return {f"was-{ana}": "0:nothing", f"state-{ana}": "present"}


def _client(house: House, _who: str) -> Data:
    return {
        "first_name": "Ana",
        "last_name": f"{house.word}-Demo",
        "language": "es",
        "site": house.id_of("site"),
        "version": 1,
    }


def _series(house: House, _who: str) -> Data:
    return {
        "name": f"{house.word} Skills two",
        "service": "skills",
        "programs": ["depression"],
        "modality": "on_site",
        "room": house.id_of("room"),
        "lead": house.users["therapist"].public_id,
        "seats": "12",
        "minimum": "3",
        "solo_seats": "12",
        "break_minutes": "0",
        "countable": "on",
        "language": "en",
        "cohort": "open",
        "starts_on": "2026-03-02",
        "version": "1",
        "day1": "0",
        "from1": "09:00",
        "to1": "12:00",
        "day2": "2",
        "from2": "09:00",
        "to2": "12:00",
        "day3": "4",
        "from3": "09:00",
        "to3": "12:00",
    }


def _later(house: House, who: str) -> Data:
    """A group in the afternoon, so that it clashes with none."""
    hours = {f"{part}{n}": at for n in (1, 2, 3) for part, at in (("from", "14:00"), ("to", "16:00"))}
    return {**_series(house, who), **hours}


def _disclosure(house: House, _who: str) -> Data:
    return {
        "recipient_kind": "person",
        "relation": house.id_of("relation"),
        "purpose": "specific",
        "scopes": ["schedule"],
        "what": "The coming week",
        "method": "phone",
    }


def _signed_by_ana(house: House, _who: str) -> Data:
    return {"name": house.named("Ana"), "agreed": "on"}


def _new_password(_house: House, _who: str) -> Data:
    return {"oldpassword": PASSWORD, "password1": FRESH, "password2": FRESH}


def _file(_house: House, _who: str) -> Data:
    sent = SimpleUploadedFile("card.txt", b"Plan 77, group 12", "text/plain")
    return {"file": sent, "kind": "card", "title": "Insurance card"}


def _bundle(_house: House, _who: str) -> Data:
    return {"file": SimpleUploadedFile("b.json", file_of(bundle(patient(), condition())), "application/json")}


def _codes(house: House, _who: str) -> Data:
    return {"file": SimpleUploadedFile("c.csv", f"Z65.3,{house.word}".encode(), "text/csv"), "how": "beside"}


STAMP = signing.dumps(0, salt="public form")
"""The mark of a form that was drawn long ago."""
CALLER = {"first_name": "Noor", "phone": "415-555-0150", "language": "en"}

AWAY = {"first": "2026-03-16", "last": "2026-03-17", "reason": "travel"}

SENDINGS: dict[str, Sending] = {
    "absence": same(**AWAY, why="A later flight", version=1),
    "absence_new": same(**AWAY),
    "account_change_password": _new_password,
    "account_login": lambda house, _who: {"login": house.users["nurse"].username, "password": PASSWORD},
    "account_logout": same(),
    "account_reauthenticate": same(password=PASSWORD),
    "account_reset_password": lambda house, _who: {"email": house.users["nurse"].email},
    "account_reset_password_from_key": same(password1=FRESH, password2=FRESH),
    "account_set_password": same(password1=FRESH, password2=FRESH),
    "account_signup": same(username="new", email="new@example.org", password1=FRESH, password2=FRESH),
    "admit": lambda house, _who: _order(program="depression", site=house.id_of("site")),
    "appointment": same(cancel="1", reason="Ill"),
    "appointment_new": lambda house, _who: {
        "kind": "individual",
        "staff": house.users["therapist"].public_id,
        "day": "2026-03-12",
        "time": "14:00",
        "minutes": "50",
        "modality": "on_site",
    },
    "assessment": _assessment,
    "assessment_amend": same(reason="The intake was incomplete"),
    "assessment_sign": lambda house, who: {**_signature(house, who), "version": 2},
    "assessment_so_far": same(cssrs_q1="no", version=2),
    "assessment_start": same(),
    "attendance": _attendance,
    "choose_organization": lambda house, _who: {"organization": house.org.public_id},
    "client_apart_end": same(),
    "client_apart_new": lambda house, _who: {
        "other": house.id_of("other_client"),
        "scope": "group",
        "reason": "Court order",
    },
    "client_contact": same(name="Pat Newly-Demo", kind="family", version=1),
    "client_contact_end": same(),
    "client_contact_new": same(name="Quin Newly-Demo", kind="friend"),
    "chart_export": same(first="2026-02-01", last="2026-03-02", parts=["plan", "documents"], use="chart"),
    "client_edit": _client,
    "client_merge": lambda house, _who: {"q": house.word},
    "client_merge_undo": same(reason="Two people after all"),
    "client_merge_with": same(reason="One person"),
    "client_new": same(first_name="Newly", last_name="Made-Demo", language="en"),
    "client_number_new": same(system="https://plan.example", value="77"),
    "client_number_remove": same(),
    "chart": lambda house, _who: {"words": house.word},
    "clients": lambda house, _who: {"q": house.word},
    "closure_new": same(day="2026-03-20", name="Holiday"),
    "consent": _signed_by_ana,
    "client_consents_needed": same(usual="1"),
    "client_hand_over": same(),
    "client_times": same(
        travel="10", modes=["on_site"], kind1="work", days1="0-4", from1="09:00", to1="12:00"
    ),
    "client_portal_close": same(),
    "client_portal_invite": same(email="rae@example.org", how="hand"),
    "client_portal_letter": lambda house, _who: {"code": letter_code(house)},
    "client_portal_link": same(),
    "client_portal_withdraw": same(),
    "invitation": same(password=FRESH, again=FRESH),
    "letter": lambda house, _who: {"code": letter_code(house)},
    "consents_prepare": same(),
    "consent_ended": same(event_on="2026-03-02"),
    "consent_paper": same(name="Ana", signed_on="2026-03-02", kept_at="Cabinet 2"),
    "device_back": same(password=PASSWORD),
    "device_end": same(),
    "device_form": _signed_by_ana,
    "consent_new": same(language="en", basis="adult", expires_kind="none"),
    "consent_pdf": same(),
    "consent_revoke": same(revoked_by="Ana"),
    "answers_send": same(**CALLER, asker="me", go="send", agree="on", stamp=STAMP),
    "cost_ask": same(way="insurance"),
    "cost_pdf": same(way="insurance"),
    "demo": lambda house, _who: {"membership": house.id_of("demo_membership")},
    "determination_decide": lambda house, who: {**_signature(house, who), "actual_level": "iop"},
    "client_disclosures": _disclosure,
    "discharge": same(reason="completed", on="2026-03-02"),
    "display": same(theme="dark"),
    "emergency": same(reason=REASON),
    "emergency_close": same(),
    "emergency_review": same(outcome="Looked at every record that was opened"),
    "file_withdraw": same(reason="It is another person's"),
    "files": _file,
    "find": same(where="94098"),
    "find_report": lambda _house, _who: {"what": "phone", "words": "It is 555-0199", "stamp": STAMP},
    "listing": same(level=["iop"], payment=["medicaid"]),
    "listing_claim": lambda house, _who: {"site": house.site.public_id},
    "listing_confirm": same(),
    "listing_search": same(words="harbor"),
    "listing_release": same(),
    "listing_say": same(level=["iop"], phone="415-555-0161"),
    "report_close": same(outcome="Mended"),
    "enquiry": same(**CALLER, stamp=STAMP),
    "enquiry_at": same(**CALLER, stamp=STAMP),
    "episode": same(phase="core"),
    "external_result": same(
        instrument="locus", edition="20", level="3", rater="D, MD", rated_on="2026-03-01"
    ),
    "facilitator_edit": same(
        services=["meal"], tracks=["eating"], max_week_minutes="40", version=1, confirmed="on"
    ),
    "facilitator_end": same(),
    "hours_make_up": lambda house, _who: {"session": [house.id_of("coming_session")]},
    "kept": same(),
    "leave": lambda house, _who: {"person": house.users["therapist"].public_id, "first": "2026-03-20"},
    "member_edit": same(name="Newly Named-Demo", roles=["nurse"]),
    "member_end": same(),
    "member_link": same(),
    "member_new": same(name="Newly Hired-Demo", email="hired@example.org", roles=["nurse"]),
    "member_reset_factor": same(),
    "mfa_activate_totp": same(code="000000"),
    "mfa_add_webauthn": same(name="Key", credential="{}"),
    "mfa_authenticate": same(code="000000"),
    "mfa_deactivate_totp": same(),
    "mfa_edit_webauthn": same(name="Other key"),
    "mfa_generate_recovery_codes": same(),
    "mfa_login_webauthn": same(credential="{}"),
    "mfa_reauthenticate": same(code="000000"),
    "mfa_reauthenticate_webauthn": same(credential="{}"),
    "mfa_remove_webauthn": same(),
    "order": lambda _house, _who: _order(reason="More hours are needed", version="1"),
    "order_certify": _signature,
    "own_page": same(title="What it is", body="Help on several days.", version=1, save="1"),
    "placement": lambda house, _who: {"slots": f"{house.id_of('slot')},{house.id_of('free_slot')}"},
    "portal_consent": _signed_by_ana,
    "portal_consent_pdf": same(),
    "portal_consent_revoke": same(words="Changed my mind"),
    "refer": same(**CALLER, referrer_name="Dr. Kim", referrer_phone="415-555-0151", agree="on", stamp=STAMP),
    "referral_status": same(close="1"),
    "referral_accept": lambda house, _who: {
        "choice": "new",
        "first_name": "Noor",
        "last_name": f"{house.word}-Demo",
        "language": "en",
        "version": 1,
    },
    "calendar": same(new="1"),
    "referral_assign": lambda house, _who: {"owner": house.users["intake"].public_id, "version": 1},
    "referral_change": same(**CALLER, version=1),
    "referral_contact": same(method="phone", reached="yes", version=1),
    "referral_decline": same(reason="no_seat", version=1),
    "referral_move": same(to="screening", version=1),
    "referral_new": same(**CALLER, source="phone"),
    "referral_refer_on": same(referred_to="Partial hospital program", version=1),
    "codes": _codes,
    "referral_upload": _bundle,
    "mend": lambda house, _who: {"room": house.id_of("room"), "starts_on": "2026-03-03"},
    "plan": same(act="publish", move="0"),
    "plan_run": same(act="draft"),
    "plan_run_new": same(starts_on="2026-03-09", seconds="30"),
    "room_edit": lambda house, _who: {"name": f"{house.word} Room", "seats": "20", "version": 1},
    "room_new": lambda house, _who: {"name": f"{house.word} Kitchen", "seats": "10", "features": ["kitchen"]},
    "room_retire": same(),
    "screener_ask": same(asker="me"),
    "screener_pdf": same(asker="me"),
    "seat_end": same(reason="Discharge"),
    "seat_give": same(),
    "seat_part": same(part="telehealth"),
    "seat_promote": same(),
    "series_edit": _series,
    "series_new": _later,
    "session_change": same(cancel="1", reason="Ill"),
    "session_cover": lambda house, _who: {"person": house.users["director"].public_id, "chair": "lead"},
    "session_end_all": same(),
    "session_move": lambda house, _who: {
        "day": "2026-03-03",
        "start": "14:00",
        "room": house.id_of("room"),
        "lead": house.users["therapist"].public_id,
        "version": 1,
    },
    "session_stay": same(),
    "slot_move": lambda house, _who: {
        "monday": "2026-03-09",
        "weekday": "1",
        "start": "14:00",
        "room": house.id_of("room"),
        "lead": house.users["therapist"].public_id,
        "version": 1,
    },
    "talk": same(**CALLER, stamp=STAMP),
    "talk_times": same(time="2026-03-05T10:00:00-08:00", stamp=STAMP),
    "set_language": same(language="es"),
    "walk_in": lambda house, _who: {"who": house.word},
    "family_plan": lambda house, _who: {"answer": "agrees", "name": house.named("Pat")},
    "portal_plan": lambda house, _who: {"answer": "agrees", "name": house.named("Ana")},
    "treatment_amend": same(reason="The step was too big"),
    "treatment_answer": lambda house, _who: {
        "who": "client",
        "answer": "disagrees",
        "words": "Too many evenings",
        "name": house.named("Ana"),
    },
    "treatment_cosign": lambda house, who: {**_signature(house, who), "answer": "cosigned"},
    "treatment_edit": same(version=1, strengths="Paints"),
    "treatment_review": lambda house, who: {
        **_signature(house, who),
        "rating-o1": "2",
        "outcome": "continue",
    },
    "treatment_save": same(version=1, strengths="Paints"),
    "treatment_sign": lambda house, who: {**_signature(house, who), "version": 1},
    "measure_start": same(instrument="core-10", how="together"),
    "measure_fill": same(act="save", version=1, q1="2"),
    "measure_correct": same(
        version=1,
        reason="The day was wrong",
        day="2026-03-01",
        **{f"q{number}": "2" for number in range(1, 10)},
    ),
    "portal_measure": same(act="save", version=1, q1="2"),
    "session_taught": same(**{"mood-skills": ["sleep"]}),
    "treatment_skills": same(**{"mood-skills.mood-log": "done"}),
    "treatment_start": same(),
    "group_note": lambda house, _who: _group_note(house),
    "group_note_save": lambda house, _who: _group_note(house),
    "group_note_sign": lambda house, who: {**_signature(house, who), "version": 1},
    "group_note_start": same(),
    "group_note_amend": lambda house, who: {
        **_signature(house, who),
        "f-topic": "Joy",
        "f-interventions": "Taught a skill",
        "reason": "The topic was wrong",
        "seen": 1,
    },
    "note_addend": lambda house, who: {**_signature(house, who), "words": "Called her sister"},
    "note_amend": same(reason="The day was wrong"),
    "note_cosign": lambda house, who: {**_signature(house, who), "answer": "cosign"},
    "note_retract": lambda house, who: {**_signature(house, who), "reason": "The wrong chart"},
    "note_save": _note,
    "note_sign": lambda house, who: {**_signature(house, who), "version": 1},
    "note_start": same(kind="soap"),
    "note_write": _note,
    "windows": same(
        travel="10", modes=["on_site"], kind1="available", days1="0-4", from1="09:00", to1="12:00"
    ),
}

"""The treatment plan on the page: written, taken from the library, signed, answered, reviewed, amended, compared."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.audit.models import Event
from openiop.apps.clients.models import HistoryItem
from openiop.apps.core.tenancy import tenant
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.apps.treatment.reading import plan_of
from openiop.apps.treatment.services.answers import Said, cosign_plan
from openiop.apps.treatment.services.plans import save_plan, sign_plan, start_plan
from openiop.domain.treatment import Goal, Plan, Problem
from openiop.domain.treatment.gaps import gaps_of, may_be_signed
from openiop.domain.treatment.model import MOST
from openiop.domain.treatment.signing import Answer
from tests.apps.treatment.clinic import open_clinic, signed, written
from tests.factories import AT, make_order
from tests.factories.people import put

pytestmark = pytest.mark.django_db
NAME = "Lin Reyes-Demo"


@pytest.fixture
def clinic(client):
    """A licensed therapist is signed in."""
    found = open_clinic()
    with time_machine.travel(AT, tick=False), tenant(found.licensed.organization_id):
        client.force_login(User.objects.get(pk=found.licensed.user_id))
        yield found


def page(client, name, *args):
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def typed(row, **more):
    """The editor's form as a browser posts it."""
    found = {"version": row.version}
    plan = plan_of(row)
    found |= {name: getattr(plan, name) for name in ("strengths", "barriers", "done_when")}
    for problem in plan.problems:
        found |= {f"problem-{problem.key}-{name}": getattr(problem, name) for name in ("code", "words")}
    for goal in plan.goals:
        found |= {f"goal-{goal.key}-words": goal.words, f"goal-{goal.key}-problem": goal.problem}
        for one in goal.objectives:
            names = ("words", "measure", "baseline", "target", "by")
            found |= {f"objective-{one.key}-{name}": getattr(one, name) or "" for name in names}
            for step in one.interventions:
                names = ("service", "words", "times", "per", "who")
                found |= {f"intervention-{step.key}-{name}": getattr(step, name) or "" for name in names}
    return found | more


def post(client, row, **more):
    row.refresh_from_db()
    answer = client.post(reverse("treatment_edit", args=[row.public_id]), typed(row, **more))
    row.refresh_from_db()
    return answer


def begun(client, clinic):
    client.post(reverse("treatment_start", args=[clinic.client.public_id]))
    return TreatmentPlan.objects.get()


def test_the_story_from_an_empty_page_to_a_signed_plan(client, clinic):
    put(
        HistoryItem, organization=clinic.client.organization, client=clinic.client, kind="problem", code="F33.1",
        text="Depression", status="active", detail={"relevance": "behavioral"}, source="referral x", created_at=AT,
    )  # fmt: skip
    assert "No plan yet" in page(client, "treatment", clinic.client.public_id)
    row = begun(client, clinic)
    plan = plan_of(row)
    assert [(one.code, one.words) for one in plan.problems] == [("F33.1", "Depression")]
    goal = plan.goals[0]
    assert goal.problem == plan.problems[0].key
    words = {
        f"goal-{goal.key}-words": "I want to paint again",
        "strengths": "Paints",
        "done_when": "PHQ-9 below 10",
    }
    answer = post(client, row, **words, **{f"goal-{goal.key}-take": ["activity"], "do": f"take:{goal.key}"})
    assert answer.status_code == 302
    (objective,) = plan_of(row).objectives
    assert (objective.target, str(objective.by), objective.interventions[0].times) == (
        "5 a week",
        "2026-03-30",
        2,
    )
    who = {f"intervention-{step.key}-who": "Lin" for step in objective.interventions}
    answer = post(client, row, **who, **{f"objective-{objective.key}-baseline": "1 a week", "do": "sign"})
    assert answer["Location"] == reverse("treatment_sign", args=[row.public_id])
    assert may_be_signed(gaps_of(plan_of(row), today=AT.date()))
    answer = client.post(answer["Location"], {"signed_name": NAME, "confirm": "on", "version": row.version})
    assert answer.status_code == 302
    text = page(client, "treatment_plan", row.public_id)
    for words in ("I want to paint again", "F33.1", "5 a week", "2 times a week", "Signed by Lin Reyes-Demo"):
        assert words in text


def test_what_is_missing_is_said_at_its_place_and_the_plan_is_not_signed(client, clinic):
    row = begun(client, clinic)
    text = page(client, "treatment_edit", row.public_id)
    assert "Name at least one problem." in text
    answer = client.post(
        reverse("treatment_sign", args=[row.public_id]), {"signed_name": NAME, "confirm": "on", "version": 1}
    )
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.signed_at is None


def test_parts_are_added_and_taken_out_without_a_script(client, clinic):
    row = written(clinic)
    post(client, row, do="add-problem")
    post(client, row, do="add-goal")
    post(client, row, do="add-objective:g1")
    post(client, row, do="add-step:o1")
    plan = plan_of(row)
    assert (len(plan.problems), len(plan.goals), len(plan.objectives), len(plan.interventions)) == (
        2,
        2,
        2,
        2,
    )
    post(client, row, do="remove:g1")
    assert [goal.key == "g1" for goal in plan_of(row).goals] == [False]


def test_a_code_brings_its_words_and_a_bad_day_keeps_what_was_typed(client, clinic):
    row = written(clinic)
    post(client, row, **{"problem-p1-code": "f41.1", "problem-p1-words": ""})
    assert plan_of(row).problems[0].words == "Generalized anxiety disorder"
    answer = post(client, row, **{"objective-o1-by": "soon", "objective-o1-words": "Sing"})
    assert answer.status_code == 422
    assert 'value="soon"' in answer.content.decode()
    assert plan_of(row).objectives[0].words == "Sing"


def test_words_of_a_code_are_in_the_language_of_the_plan(client, clinic):
    row = written(clinic)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    assert '<html lang="es"' in page(client, "treatment_edit", row.public_id)
    post(client, row, **{"problem-p1-code": "f41.1", "problem-p1-words": ""})
    assert plan_of(row).problems[0].words == "Generalized anxiety disorder"


def test_while_something_cannot_be_read_nothing_is_added_that_the_page_does_not_show(client, clinic):
    row = written(clinic)
    bad = {"objective-o1-by": "soon", "strengths": "Sings"}
    answer = post(client, row, **bad, **{"goal-g1-take": ["activity"], "do": "take:g1"})
    assert answer.status_code == 422
    assert [one.key for one in plan_of(row).objectives] == ["o1"]
    assert plan_of(row).strengths == "Sings"
    again = {"goal-g1-take": ["activity"], "do": "take:g1"}
    assert post(client, row, **again).status_code == 302
    assert plan_of(row).objectives[1].target == "5 a week"


def test_a_part_too_many_is_refused_on_the_page_with_what_was_typed(client, clinic):
    row = written(clinic)
    for _number in range(MOST - 1):
        assert post(client, row, do="add-problem").status_code == 302
    answer = post(client, row, do="add-problem", strengths="Sings")
    assert answer.status_code == 422
    assert "Sings" in answer.content.decode()
    assert "at most 20" in answer.content.decode()
    assert "Two close friends" in page(client, "treatment_edit", row.public_id)


def test_the_hints_follow_the_order_that_stands_now(client, clinic):
    row = written(clinic)
    make_order(
        clinic.episode, number=2, signed_at=AT, starts_on=AT.date(), service_mix={"psychoed": [1, 2], "nutrition": [1, 1]}
    )  # fmt: skip
    assert "Ordered, but nothing in the plan uses it" in page(client, "treatment_edit", row.public_id)


def test_two_people_at_one_plan_see_what_differs_and_nothing_is_lost(client, clinic):
    row = written(clinic)
    mine = typed(row, strengths="Sings", do="save")
    theirs = plan_of(row)
    save_plan(
        by=clinic.unlicensed,
        plan=row,
        content=Plan(theirs.problems, "Swims", "", theirs.goals),
        version=2,
        at=AT,
    )
    answer = client.post(reverse("treatment_edit", args=[row.public_id]), mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Swims" in text
    assert "Sings" in text
    row.refresh_from_db()
    assert plan_of(row).strengths == "Swims"
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    client.post(reverse("treatment_edit", args=[row.public_id]), mine | {"version": version})
    row.refresh_from_db()
    assert plan_of(row).strengths == "Sings"


def test_what_somebody_added_meanwhile_stays_and_words_for_a_part_taken_out_are_shown(client, clinic):
    row = written(clinic)
    mine = typed(row, **{"problem-p1-words": "Low mood since spring"})
    theirs = plan_of(row)
    other = Plan(
        (Problem("p2", "F41.1", "Worry"),), theirs.strengths, theirs.barriers,
        (*theirs.goals, Goal("g2", "I want to sleep", "p2")), theirs.done_when,
    )  # fmt: skip
    save_plan(by=clinic.unlicensed, plan=row, content=other, version=2, at=AT)
    answer = client.post(reverse("treatment_edit", args=[row.public_id]), mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Low mood since spring" in text
    shown = re.search(r'<textarea[^>]*name="goal-g2-words"[^>]*>([^<]*)<', text)[1]
    assert shown.strip() == "I want to sleep"
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    client.post(reverse("treatment_edit", args=[row.public_id]), mine | {"version": version})
    row.refresh_from_db()
    assert [one.words for one in plan_of(row).goals] == [theirs.goals[0].words, "I want to sleep"]


def test_what_is_typed_when_a_colleague_has_signed_meanwhile_is_not_lost(client, clinic):
    row = written(clinic)
    mine = typed(row, strengths="Sings in a choir")
    sign_plan(by=clinic.licensed, plan=row, signed_name=NAME, version=row.version, at=AT)
    answer = client.post(reverse("treatment_edit", args=[row.public_id]), mine)
    assert answer.status_code == 422
    assert "This plan is signed. Amend it to change it." in answer.content.decode()
    assert "Sings in a choir" in answer.content.decode()
    row.refresh_from_db()
    assert plan_of(row).strengths == "Two close friends; paints"


def test_saving_while_writing_answers_with_what_is_missing_and_the_new_version(client, clinic):
    row = written(clinic)
    address = reverse("treatment_save", args=[row.public_id])
    answer = client.post(address, typed(row, **{"objective-o1-target": "feel better"}))
    text = answer.content.decode()
    assert "the target names no amount" in text
    assert f'value="{row.version + 1}" id="version"' in text


def test_the_client_disagrees_beside_staff_with_words(client, clinic):
    row = signed(clinic)
    name = f"{clinic.client.first_name} {clinic.client.last_name}"
    address = reverse("treatment_answer", args=[row.public_id])
    form = {"who": "client", "answer": "disagrees", "name": name}
    answer = client.post(address, form)
    assert answer.status_code == 422
    assert "Say in a few words why." in answer.content.decode()
    assert not PlanAnswer.objects.exists()
    assert client.post(address, form | {"words": "Three evenings are too many"}).status_code == 302
    assert "Three evenings are too many" in page(client, "treatment_plan", row.public_id)


def test_a_plan_that_is_cosigned_asks_for_no_further_signature(client, clinic):
    row = signed(clinic, clinic.unlicensed)
    link = reverse("treatment_cosign", args=[row.public_id])
    assert link in page(client, "treatment_plan", row.public_id)
    said = Said(Answer.COSIGNED, name=NAME)
    cosign_plan(by=clinic.licensed, plan=row, said=said, at=AT + timedelta(minutes=9))
    assert link not in page(client, "treatment_plan", row.public_id)


def test_a_colleague_cosigns_or_sends_back(client, clinic):
    row = signed(clinic, clinic.unlicensed)
    assert "Awaits a second signature" in page(client, "due_plans")
    address = reverse("treatment_cosign", args=[row.public_id])
    form = {"signed_name": NAME, "confirm": "on"}
    assert client.post(address, form | {"answer": "sent_back"}).status_code == 422
    assert client.post(address, form | {"answer": "sent_back", "words": "Which days?"}).status_code == 302
    assert "Which days?" in page(client, "treatment_plan", row.public_id)
    assert client.post(address, form | {"answer": "cosigned"}).status_code == 302
    assert "Awaits a second signature" not in page(client, "due_plans")


def test_reviews_show_what_moved_as_a_chart_with_its_table(client, clinic):
    row = signed(clinic)
    address = reverse("treatment_review", args=[row.public_id])
    form = {"signed_name": NAME, "confirm": "on", "outcome": "continue", "words": ""}
    user = User.objects.get(pk=clinic.licensed.user_id)
    for days, rating in ((14, 1), (40, 3)):
        with time_machine.travel(AT + timedelta(days=days), tick=False):
            client.force_login(user)
            answer = client.post(address, form | {"rating-o1": rating})
            assert answer["Location"] == reverse("treatment", args=[clinic.client.public_id])
            text = page(client, "treatment", clinic.client.public_id)
    assert "Forward" in text
    assert '<svg role="img"' in text
    assert "1 of 1 objectives stand higher than at the start" in text
    assert PlanReview.objects.count() == 2


def test_an_amendment_begins_with_the_old_words_and_the_versions_stand_side_by_side(client, clinic):
    row = signed(clinic)
    answer = client.post(reverse("treatment_amend", args=[row.public_id]), {"reason": "The step was too big"})
    second = TreatmentPlan.objects.get(number=2)
    assert answer["Location"] == reverse("treatment_edit", args=[second.public_id])
    post(client, second, **{"objective-o1-target": "3 a week"})
    text = page(client, "treatment_compare", second.public_id)
    assert "5 a week" in text
    assert "3 a week" in text
    assert "Changed" in text


def test_the_pdf_is_tagged_and_noted_in_the_trail(client, clinic):
    row = signed(clinic)
    answer = client.get(reverse("treatment_pdf", args=[row.public_id]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in answer.content
    assert Event.objects.filter(action="treatment.printed", client_id=clinic.client.public_id).exists()


@pytest.mark.parametrize(
    ("born", "part2", "asked"),
    [("2016-03-02", False, True), ("2016-03-02", True, False), ("2011-03-02", False, False), ("1990-03-02", False, False)],
)  # fmt: skip
def test_family_is_asked_only_where_a_parent_stands_in_the_clients_place(client, clinic, born, part2, asked):
    signed(clinic)
    type(clinic.client).objects.filter(pk=clinic.client.pk).update(birth_date=born, part2=part2)
    text = page(client, "treatment", clinic.client.public_id)
    assert ("Not answered yet: Client, Family" in " ".join(text.split())) is asked
    assert "Not answered yet: Client" in text


def test_the_client_page_says_what_is_due(client, clinic):
    assert "First plan by Mar 9, 2026" in page(client, "client", clinic.client.public_id)
    signed(clinic)
    text = page(client, "client", clinic.client.public_id)
    assert "I want to get up in the morning and be glad" in text


def test_a_plan_of_another_organization_is_not_found(client, clinic):
    other = open_clinic()
    with tenant(other.licensed.organization_id):
        row = start_plan(by=other.licensed, episode=other.episode, at=AT)
    for name in ("treatment_plan", "treatment_edit", "treatment_pdf", "treatment_compare", "treatment_sign"):
        assert client.get(reverse(name, args=[row.public_id])).status_code == 404
    assert client.get(reverse("treatment", args=[other.client.public_id])).status_code == 404

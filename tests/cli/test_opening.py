"""A clinic from nothing: openiop organization add, openiop site add, openiop member add, openiop member link."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser

from openiop.apps.accounts.models import Organization, Site, User
from openiop.apps.accounts.roles import STAFF_ROLES
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.cli import main, member
from tests.factories import make_organization, make_site
from tests.factories.signing import make_login

pytestmark = pytest.mark.django_db
HOURS = ["--time-zone", "America/Los_Angeles", "--open", "mon-fri 8:00-21:00", "--open", "sat 9:00-17:00"]


def add_organization(*more):
    return main(["organization", "add", "Bay Recovery", "--site", "Oakland", *HOURS, *more])


def answer(capsys):
    return json.loads(capsys.readouterr().out)


def test_a_clinic_starts_from_nothing_and_asks_for_a_second_factor(capsys):
    assert add_organization() == 0
    told = capsys.readouterr().out
    assert "Bay Recovery (bay-recovery) with the site Oakland is ready." in told
    assert 'openiop member add ADDRESS --name "NAME" --role administrator --organization bay-recovery' in told
    words = ["member", "add", "robin@example.org", "--name", "Robin Reyes-Demo", "--role", "administrator"]
    assert main([*words, "--address", "https://iop.example.org/", "--json"]) == 0
    link = answer(capsys)["link"]
    assert link.startswith("https://iop.example.org/accounts/password/reset/")
    browser = Browser()
    form = browser.get(urlsplit(link).path, follow=True)
    path, password = form.redirect_chain[-1][0], "a kind word in the morning"
    assert browser.post(path, {"password1": password, "password2": password}).status_code == 302
    browser.post("/accounts/login/", {"login": "robin@example.org", "password": password})
    refused = browser.get("/staff/people/")
    assert (refused.status_code, refused["Location"]) == (302, "/accounts/security/")
    assert browser.get("/accounts/security/app/").status_code == 200
    assert "used up" in Browser().get(urlsplit(link).path, follow=True).content.decode()


def test_the_opening_hours_are_kept(capsys):
    add_organization("--slug", "bay", "--json")
    assert answer(capsys) == {"organization": "bay", "name": "Bay Recovery", "site": "Oakland"}
    with tenant(Organization.objects.get().pk):
        assert Site.objects.get().opening_hours == [*[[day, 480, 1260] for day in range(5)], [5, 540, 1020]]


def test_a_second_site_is_added(capsys):
    organization = make_organization("Bay Recovery")
    assert main(["site", "add", "Fresno", *HOURS]) == 0
    assert capsys.readouterr().out == "Fresno is a site of Bay Recovery now.\n"
    with tenant(organization.pk):
        assert Site.objects.get().name == "Fresno"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["organization", "add", "Other", "--slug", "taken", "--site", "A", *HOURS], 1, "“taken” already"),
        (["organization", "add", "Other", "--site", "A", *HOURS[:2], "--open", "always"], 2, "“always”"),
        (["site", "add", "A", *HOURS, "--organization", "nowhere"], 2, "There is no organization “nowhere”"),
        (["member", "add", "a@example.org", "--name", "A", "--role", "king"], 2, "no role “king”"),
        (["member", "add", "a@example.org", "--role", "nurse"], 2, "Write the person's name"),
        (["member", "add", "a@example.org", "--name", "A", "--role", "nurse", "--site", "Rome"], 2, "are: Oakland"),
        (["member", "link", "nobody@example.org"], 2, "Nobody signs in as “nobody@example.org”"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_changes_nothing(words, code, said, capsys):
    make_site(make_organization(slug="taken"), "Oakland")
    assert main(words) == code
    assert said in capsys.readouterr().err
    assert (Organization.objects.count(), User.objects.count()) == (1, 0)


def test_somebody_with_a_sign_in_gets_no_link(capsys):
    make_login(make_organization(slug="there"), "therapist", email="robin@example.org", username="robin")
    make_organization("Here", slug="here")
    words = ["member", "add", "robin@example.org", "--role", "director", "--organization", "here"]
    assert main(words) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Therapist Person-Demo is Clinical director at Here.",
        "They sign in as they always did; nothing of their sign-in has changed.",
    ]
    assert main([*words[:-2], "--organization", "here"]) == 1


def test_a_locked_out_administrator_gets_a_link(capsys):
    user = make_login(make_organization(), "administrator", email="robin@example.org", username="robin")
    assert main(["member", "link", "robin", "--forget-factor", "--json"]) == 0
    told = answer(capsys)
    assert told["person"] == user.public_id
    assert Browser().get(urlsplit(told["link"]).path, follow=True).status_code == 200


def test_the_help_names_every_staff_role():
    assert [*member.ROLES] == [role.key for role in STAFF_ROLES]


def test_a_site_says_where_it_is_and_how_it_is_called(capsys):
    organization = make_organization("Bay Recovery")
    assert main(["site", "add", "Fresno", *HOURS, "--phone", "559-555-0110", "--state", "ca"]) == 0
    assert (
        main(["site", "set", "fresno", "--street", "1 Elm  Way", "--city", "Fresno", "--zip", "93650"]) == 0
    )
    assert capsys.readouterr().out.endswith("Fresno: (559) 555-0110 · 1 Elm Way, Fresno, CA 93650\n")
    with tenant(organization.pk):
        site = Site.objects.get()
        assert (site.phone, site.street, site.state, site.postal_code) == (
            "(559) 555-0110",
            "1 Elm Way",
            "CA",
            "93650",
        )
        assert list(Event.objects.order_by("id").values_list("action", flat=True)) == [
            "site.added",
            "site.reach_set",
        ]


@pytest.mark.parametrize(
    "wrong", [["--phone", "soon"], ["--zip", "123"], ["--state", "Calif"], ["--street", "x" * 121], []]
)
def test_what_is_no_telephone_or_address_changes_nothing(capsys, wrong):
    organization = make_organization("Bay Recovery")
    make_site(organization, "Fresno", phone="559-555-0110")
    assert main(["site", "set", "Fresno", *wrong]) == 2
    assert capsys.readouterr().err
    with tenant(organization.pk):
        assert Site.objects.get().phone == "559-555-0110"
        assert not Event.objects.exists()

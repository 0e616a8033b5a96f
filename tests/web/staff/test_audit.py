"""The trail and the histories: people of one site see what concerns it, people of all sites see all."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse

from openiop.apps.accounts.services.sessions import note_sign_in
from openiop.apps.audit.models import Event
from openiop.apps.audit.services import recording
from openiop.apps.core.models import TenantRow
from openiop.apps.core.tenancy import tenant
from openiop.apps.timetable.selectors.trail import AT_SITE, GENERAL
from tests.factories import AT, actor, make_client, make_member, make_organization, make_room, make_site
from tests.factories.people import make_relation, make_user
from tests.factories.records import make_referral
from tests.factories.signing import signed_in
from tests.queries import questions

pytestmark = pytest.mark.django_db


class Clinic:
    """Two sites, each with a client who signs in, her mother, a room and a referral; every one left events."""

    def __init__(self) -> None:
        self.org = make_organization()
        self.north, self.south = make_site(self.org, "North"), make_site(self.org, "South")
        self.rows: dict[str, object] = {}
        by = actor(self.org, "administrator")
        for word, site in (("Zarquon", self.north), ("Bellwether", self.south)):
            self._fill(by, word, site)
        with tenant(self.org.pk), recording(by=by, at=AT) as record:
            record("organization.created", subject=self.org, data={"name": self.org.name})

    def _fill(self, by, word, site):
        user, mother = make_user(f"Ana {word}-Demo"), make_user(f"Pat {word}-Demo")
        make_member(self.org, "client", user=user)
        make_member(self.org, "family", user=mother)
        client = make_client(self.org, "Ana", f"{word}-Demo", site=site, user=user)
        make_relation(client, mother.display_name, user=mother)
        room, referral = make_room(site, f"{word} Room"), make_referral(self.org, site=site)
        self.rows |= {f"{word} user": user, f"{word} client": client, f"{word} room": room}
        self.rows[f"{word} mother"] = mother
        self.rows[f"{word} referral"] = referral
        with tenant(self.org.pk), recording(by=by, at=AT) as record:
            record("room.added", subject=room, data={"name": f"{word} Room", "site": word})
            record("referral.received", subject=referral, data={"source": f"{word} phone"})
            record("client.created", subject=client, client=client, data={"site": word})
        for who in (user, mother):
            note_sign_in(user=who, organization_id=self.org.pk, how="password", at=AT)

    def browser(self, role, site=None):
        """Return a browser in which somebody with the role is signed in."""
        user = make_member(self.org, role, site=site).user
        return signed_in(user, self.org, at=AT)


@pytest.fixture
def clinic():
    with time_machine.travel(AT, tick=False):
        yield Clinic()


def page(browser, name, *args, **query):
    return browser.get(reverse(name, args=args), query)


def test_a_director_of_one_site_sees_its_events_and_those_of_the_organization(clinic):
    text = page(clinic.browser("director", clinic.north), "audit_trail").content.decode()
    assert "Bellwether" not in text
    assert clinic.rows["Bellwether client"].public_id not in text
    for words in ("Zarquon Room", "Ana Zarquon-Demo", "Pat Zarquon-Demo", clinic.org.name):
        assert words in text
    assert clinic.rows["Zarquon client"].public_id in text
    assert "in the records of your sites and of the organization" in text


@pytest.mark.parametrize("role", ["director", "administrator", "auditor"])
def test_people_of_every_site_see_all_of_it(clinic, role):
    text = page(clinic.browser(role), "audit_trail").content.decode()
    for words in ("Zarquon Room", "Ana Zarquon-Demo", "Bellwether Room", "Ana Bellwether-Demo", "Pat Bellw"):
        assert words in text


def test_the_person_filter_names_no_client_and_no_family_of_another_site(clinic):
    browser = clinic.browser("director", clinic.north)
    form = page(browser, "audit_trail").context["form"]
    names = [str(name) for _value, name in form.fields["person"].choices]
    assert "Pat Zarquon-Demo" in names
    assert "Administrator Person-Demo" in names
    assert not [name for name in names if "Bellwether" in name]
    hidden = clinic.rows["Bellwether user"].public_id
    text = page(browser, "audit_trail", person=hidden).content.decode()
    assert "Bellwether" not in text


def test_a_refusal_at_the_door_of_another_sites_client_stays_out(clinic):
    with tenant(clinic.org.pk), recording(by=actor(clinic.org, "auditor"), at=AT) as record:
        for word in ("Zarquon", "Bellwether"):
            data = {"person": f"Ana {word}-Demo"}
            record("session.closed_everywhere", subject=clinic.rows[f"{word} user"], data=data)
    text = page(clinic.browser("director", clinic.north), "audit_trail").content.decode()
    assert "Zarquon-Demo" in text
    assert "Bellwether" not in text


@pytest.mark.parametrize("kind", ["client", "room", "referral", "user"])
def test_the_history_of_a_record_elsewhere_is_not_found(clinic, kind):
    north, whole = clinic.browser("director", clinic.north), clinic.browser("director")
    own, other = (clinic.rows[f"{word} {kind}"] for word in ("Zarquon", "Bellwether"))
    assert page(north, "record_history", kind, own.public_id).status_code == 200
    assert page(north, "record_history", kind, other.public_id).status_code == 404
    assert page(whole, "record_history", kind, other.public_id).status_code == 200


def test_a_client_elsewhere_has_no_history_page(clinic):
    other = clinic.rows["Bellwether client"].public_id
    assert page(clinic.browser("director", clinic.north), "client_history", other).status_code == 404
    assert page(clinic.browser("director"), "client_history", other).status_code == 200


def test_events_of_a_client_who_moves_go_with_them(clinic):
    with tenant(clinic.org.pk):
        type(clinic.rows["Bellwether client"]).objects.filter(pk=clinic.rows["Bellwether client"].pk).update(
            site=clinic.north
        )
    text = page(clinic.browser("director", clinic.north), "audit_trail").content.decode()
    assert "Ana Bellwether-Demo" in text
    assert "Bellwether Room" not in text


def test_the_trail_asks_no_more_for_one_site_than_for_all(clinic):
    asked = []
    for site in (clinic.north, None):
        browser = clinic.browser("director", site)
        page(browser, "audit_trail")
        with questions() as found:
            page(browser, "audit_trail")
        asked.append(len(found))
    assert asked[0] <= asked[1]


def test_every_kind_of_record_with_a_site_of_its_own_is_placed():
    """A new kind of record at a site goes into `timetable.selectors.trail`: else nobody of that site reads of it."""
    columns = {
        model._meta.model_name: {column.name for column in model._meta.fields}
        for model in apps.get_models()
        if issubclass(model, TenantRow)
    }
    own = {kind for kind, names in columns.items() if "site" in names and "client" not in names}
    placed = {model._meta.model_name for model, _site in AT_SITE} | GENERAL
    assert own - {"client"} <= placed


@pytest.mark.parametrize("before", ["²", "٣", "-1", "9" * 40, "x"])
def test_what_is_no_number_turns_no_page(clinic, before):
    answer = clinic.browser("director").get(reverse("audit_trail"), {"before": before})
    assert answer.status_code == 200


def record_of(client_row, by, *actions, at=AT):
    with tenant(client_row.organization_id), recording(by=by, at=at) as record:
        for action in actions:
            record(action, subject=client_row, client=client_row, data={"number": 1})


def test_a_client_s_history_is_narrowed_to_who_saw_it_by_person_and_days(clinic):
    ana = clinic.rows["Zarquon client"]
    nora, dev = (actor(clinic.org, "nurse", user=make_user(name)) for name in ("Nora A-Demo", "Dev H-Demo"))
    record_of(ana, nora, "file.original_read", "note.saved", at=AT - timedelta(days=2))
    record_of(ana, dev, "note.printed", "client.read")
    page = clinic.browser("director")
    address = reverse("client_history", args=[ana.public_id])
    with time_machine.travel(AT, tick=False):
        whole = page.get(address).content.decode()
        seen = page.get(address, {"looks": "on"}).content.decode()
        hers = page.get(address, {"person": nora.user_public_id}).content.decode()
        late = page.get(address, {"since": AT.date().isoformat(), "looks": "on"}).content.decode()
        odd = page.get(address, {"since": "not a day", "person": "nobody"})
    assert all(words in whole for words in ("opened a document", "saved version 1", "printed a note"))
    assert "opened a document" in seen
    assert "printed a note" in seen
    assert "saved version 1" not in seen
    assert "opened a document" in hers
    assert "saved version 1" in hers
    assert "printed a note" not in hers
    assert "printed a note" in late
    assert "opened a document" not in late
    assert odd.status_code == 200


def test_a_client_s_history_is_taken_out_as_a_table_as_it_is_narrowed(clinic):
    ana = clinic.rows["Zarquon client"]
    nora = actor(clinic.org, "nurse", user=make_user("Nora A-Demo"))
    record_of(ana, nora, *["file.original_read"] * 60, "note.saved")
    page, address = clinic.browser("director"), reverse("client_history_csv", args=[ana.public_id])
    with time_machine.travel(AT, tick=False):
        asked = page.get(address, {"looks": "on"})
        session = page.session
        session["account_authentication_methods"] = [{"method": "password", "at": AT.timestamp()}]
        session["account_authentication_methods_user"] = session["_auth_user_id"]
        session.save()
        answer = page.get(address, {"looks": "on"})
    assert (
        asked["Location"]
        == f"{reverse('account_reauthenticate')}?{urlencode({'next': f'{address}?looks=on'})}"
    )
    lines = answer.content.decode().splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="history.csv"'
    assert lines[0].endswith("When,Who,In what role,What,Emergency access because")
    assert sum("Nora A-Demo,Nurse or dietitian,opened a document," in line for line in lines) == 60
    assert "saved version" not in answer.content.decode()
    with tenant(clinic.org.pk):
        event = Event.objects.get(action="history.exported")
    assert event.data == {"rows": len(lines) - 1}

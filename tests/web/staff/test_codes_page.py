"""Loading the house's own codes on the page: checked by line, whole or not at all, and offered in the plan."""

from __future__ import annotations

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.core.tenancy import tenant
from openiop.apps.treatment.models import CodeList
from openiop.apps.treatment.services.plans import start_plan
from tests.apps.treatment.clinic import open_clinic
from tests.factories import AT, make_member
from tests.web.staff.test_treatment_pages import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    """The director is signed in."""
    found = open_clinic()
    with time_machine.travel(AT, tick=False), tenant(found.licensed.organization_id):
        client.force_login(make_member(found.client.organization, "director").user)
        yield found


def send(client, text, how="beside", status=302):
    raw = text if isinstance(text, bytes) else text.encode()
    data = {"file": SimpleUploadedFile("codes.csv", raw, "text/csv"), "how": how}
    answer = client.post(reverse("codes"), data)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def shown(client):
    answer = client.get(reverse("codes"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_file_is_loaded_listed_and_taken_back(client, clinic):
    assert "Nobody has loaded a list of their own" in shown(client)
    send(client, "code,name\nZ9989,Legal circumstances\nF33.1,Depression again\n")
    text = shown(client)
    assert '<th scope="row">Z99.89</th><td>Legal circumstances</td>' in text
    assert '<th scope="row">F33.1</th><td>Depression again</td>' in text
    assert '<th scope="row">F41.1</th>' in text
    send(client, "Z99.89,Legal circumstances", how="instead")
    assert '<th scope="row">F41.1</th>' not in shown(client)
    assert client.post(reverse("codes"), {"do": "drop"}).status_code == 302
    assert '<th scope="row">Z99.89</th>' not in shown(client)


def test_a_wrong_line_is_named_and_nothing_is_loaded(client, clinic):
    text = send(client, "F33.1,Depression\nF33.1,Again\nxyz,What", status=422)
    assert "Line 2: F33.1 stands there twice." in text
    assert "Line 3: xyz is not how an ICD-10-CM code is written" in text
    assert not CodeList.objects.exists()


def test_a_table_of_a_windows_spreadsheet_keeps_its_accents_and_a_workbook_is_refused(client, clinic):
    send(client, "Z99.89;Legal;Situación legal".encode("cp1252"))
    assert CodeList.objects.get().codes == [["Z99.89", "Legal", "Situación legal"]]
    assert "Save the table as CSV first" in send(client, b"PK\x03\x04\x00", status=422)
    assert "Choose a file" in client.post(reverse("codes"), {"how": "beside"}).content.decode()


def test_the_plan_offers_the_list_and_words_the_code_by_it(client, clinic):
    send(client, "Z99.89,Legal circumstances", how="instead")
    client.force_login(User.objects.get(pk=clinic.licensed.user_id))
    row = start_plan(by=clinic.licensed, episode=clinic.episode, at=AT)
    address = reverse("treatment_edit", args=[row.public_id])
    client.post(address, typed(row, do="add-problem"))
    row.refresh_from_db()
    key = row.content["problems"][-1]["key"]
    page = client.get(address).content.decode()
    assert '<option value="Z99.89">Legal circumstances</option>' in page
    assert '<option value="F41.1">' not in page
    client.post(address, typed(row, **{f"problem-{key}-code": "z99.89"}))
    row.refresh_from_db()
    assert row.content["problems"][-1]["words"] == "Legal circumstances"


def test_the_page_of_plans_leads_a_director_there_and_nobody_else(client, clinic):
    assert reverse("codes") in client.get(reverse("due_plans")).content.decode()
    client.force_login(User.objects.get(pk=clinic.licensed.user_id))
    assert reverse("codes") not in client.get(reverse("due_plans")).content.decode()

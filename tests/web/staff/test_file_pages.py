"""Documents on the page: added with what is said of them, opened as a download only, withdrawn with a reason."""

from __future__ import annotations

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.files.models import File
from tests.factories import AT, make_client, make_member, make_organization, make_site
from tests.factories.files import PDF, make_file, make_file_mark
from tests.queries import questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    """A nurse is signed in; Ana is a client of the site."""
    org = make_organization("Lantern Clinic")
    with tenant(org.pk), time_machine.travel(AT, tick=False):
        site = make_site(org)
        client.force_login(make_member(org, "nurse", site=site).user)
        yield make_client(org, site=site)


def sent(content=PDF, name="fax.pdf", **said):
    said = {"kind": "lab", "title": "Blood count", "source": "Harbor Lab", "day": "2026-02-27"} | said
    return {"file": SimpleUploadedFile(name, content, "text/html"), **said}


def test_a_document_is_added_looked_at_opened_and_withdrawn(client, ana):
    address = reverse("files", args=[ana.public_id])
    empty = client.get(address).content.decode()
    assert "No documents yet" in empty
    assert "No virus scanner is set up on this server" in empty
    answer = client.post(address, sent())
    row = File.objects.get()
    assert answer["Location"] == reverse("file", args=[row.public_id])
    page = client.get(answer["Location"]).content.decode()
    for words in ("Blood count", "Test results", "Harbor Lab", "fax.pdf", "It was not scanned for viruses."):
        assert words in page
    again = client.post(reverse("file_withdraw", args=[row.public_id]), {"reason": "Of another person"})
    assert again.status_code == 302
    page = client.get(reverse("file", args=[row.public_id])).content.decode()
    assert "This document is withdrawn" in page
    assert "Of another person" in page
    assert "Blood count" not in page
    assert "Blood count" not in client.get(address).content.decode()


def test_a_document_leaves_as_a_download_that_no_browser_runs(client, ana):
    row = make_file(ana, b"<b>no</b>", media_type="text/plain", filename='a"b\u00f1.txt')
    answer = client.get(reverse("file_original", args=[row.public_id]))
    assert answer.content == b"<b>no</b>"
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"] == 'attachment; filename="a_b_.txt"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.latest("sequence").action == "file.original_read"


def test_a_refused_file_is_told_at_its_field_and_what_was_typed_stays(client, ana):
    address = reverse("files", args=[ana.public_id])
    answer = client.post(address, sent(b"<script>", "letter.pdf"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Only PDF, JPEG, PNG, WebP, TIFF and plain text are kept." in text
    assert 'value="Blood count"' in text
    assert File.objects.count() == 0
    row = make_file(ana)
    text = client.post(address, sent()).content.decode()
    assert "This very file is in this record already" in text
    assert reverse("file", args=[row.public_id]) in text


def test_a_file_over_the_limit_is_not_read_at_all(client, ana, settings):
    settings.REFERRAL_MAX_BYTES = 10_000
    answer = client.post(reverse("files", args=[ana.public_id]), sent(PDF + b" " * 1_100_000))
    assert answer.status_code == 422
    assert "the limit is 10,000" in answer.content.decode()
    assert File.objects.count() == 0


def test_who_only_reads_sees_no_form_and_cannot_open_what_is_withdrawn(client, ana):
    client.force_login(make_member(ana.organization, "reviewer", site=ana.site).user)
    row = make_file(ana)
    assert "Add a document" not in client.get(reverse("files", args=[ana.public_id])).content.decode()
    make_file_mark(row)
    page = client.get(reverse("file", args=[row.public_id])).content.decode()
    assert reverse("file_original", args=[row.public_id]) not in page
    assert client.get(reverse("file_original", args=[row.public_id])).status_code == 404


def test_a_protected_record_does_not_ask_whether_its_document_is_protected(client, ana):
    address = reverse("files", args=[ana.public_id])
    assert 'name="part2"' in client.get(address).content.decode()
    client.post(address, sent(part2="on"))
    assert File.objects.get().part2
    protected = make_client(ana.organization, site=ana.site, part2=True)
    assert 'name="part2"' not in client.get(reverse("files", args=[protected.public_id])).content.decode()


def test_the_list_asks_as_much_for_many_documents_as_for_one(client, ana):
    address = reverse("files", args=[ana.public_id])
    make_file(ana)
    client.get(address)
    with questions() as one:
        client.get(address)
    for number in range(9):
        make_file_mark(make_file(ana, PDF + bytes([number])))
    with questions() as many:
        client.get(address)
    assert len(many) == len(one)

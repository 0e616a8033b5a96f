"""A document is kept byte for byte, once, and is withdrawn visibly; nothing takes it away."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import sentence
from openiop.apps.chart.selectors import Wanted, search_chart
from openiop.apps.clients.protection import is_protected
from openiop.apps.clients.services.merging import merge_clients, undo_merge
from openiop.apps.core.tenancy import tenant
from openiop.apps.files.errors import AlreadyKept, FileRefused
from openiop.apps.files.models import File, FileMark
from openiop.apps.files.selectors.files import access_file, access_original, files_of, read_file
from openiop.apps.files.selectors.moments import file_moments
from openiop.apps.files.services.keeping import About, Sent, keep_file, withdraw_file
from openiop.apps.record.services.indexing import reindex_charts
from openiop.domain.consents import Scope
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.wordsearch import terms_of
from tests.apps.files.scanner import scanner
from tests.factories import AT, actor, make_client, make_organization, make_site
from tests.factories.files import PDF, make_file, make_file_mark

pytestmark = pytest.mark.django_db
LETTER = About(kind="referral-letter", title="Letter of Dr. Kim", source="Harbor Hospital")


@pytest.fixture
def house():
    org = make_organization("Lantern Clinic")
    with tenant(org.pk):
        yield org


@pytest.fixture
def ana(house):
    return make_client(house)


def keep(client, content=PDF, about=LETTER, role="nurse", filename="fax 12.pdf"):
    by = actor(client.organization, role)
    return keep_file(by=by, client=client, sent=Sent(filename, content), about=about, at=AT)


def last():
    return Event.objects.latest("sequence")


def test_a_document_is_kept_byte_for_byte_with_what_was_said_of_it(ana):
    row = keep(ana)
    kept = File.objects.get()
    digest = hashlib.sha256(PDF).hexdigest()
    assert (bytes(kept.content), kept.sha256, kept.size, kept.media_type) == (
        PDF, digest, len(PDF), "application/pdf",
    )  # fmt: skip
    assert (kept.title, kept.source, kept.filename, kept.part2, kept.scanned_by) == (
        "Letter of Dr. Kim", "Harbor Hospital", "fax 12.pdf", False, "",
    )  # fmt: skip
    event = last()
    assert (event.action, event.subject_id, event.client_id) == ("file.kept", row.public_id, ana.public_id)
    assert event.data == {"kind": "referral-letter", "size": len(PDF), "sha256": digest, "scanned_by": ""}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"), (b"MZ\x90\x00", "file-kind"), (b"%PDF-1.7 cut", "file-broken"),
        (PDF.replace(b"/Catalog", b"/JavaScript"), "file-active"), (PDF.replace(b"/Root", b"/Encrypt"), "file-locked"),
    ],
)  # fmt: skip
def test_what_a_file_is_decides_and_not_what_it_is_called(ana, content, code):
    with pytest.raises(FileRefused) as raised:
        keep(ana, content, filename="letter.pdf")
    assert (raised.value.code, raised.value.field) == (code, "file")
    assert File.objects.count() == Event.objects.count() == 0


def test_a_file_over_the_limit_is_refused(ana, settings):
    settings.REFERRAL_MAX_BYTES = len(PDF) - 1
    with pytest.raises(FileRefused, match="larger than") as raised:
        keep(ana)
    assert raised.value.code == "file-too-large"


@pytest.mark.parametrize(
    ("about", "field"),
    [
        (About(kind="secret", title="Letter"), "kind"),
        (About(kind="lab", title="  \n"), "title"),
        (About(kind="lab", title="Blood", day=AT.date() + timedelta(days=1)), "day"),
    ],
)
def test_what_is_said_of_it_must_be_right(ana, about, field):
    with pytest.raises(InvalidInput) as raised:
        keep(ana, about=about)
    assert raised.value.field == field
    assert File.objects.count() == 0


def test_who_only_reads_adds_nothing(ana):
    with pytest.raises(NotAllowed):
        keep(ana, role="reviewer")


def test_the_same_bytes_stand_once_in_a_record_and_may_stand_in_anothers(ana):
    first = keep(ana)
    with pytest.raises(AlreadyKept, match=r"Letter of Dr\. Kim") as raised:
        keep(ana, about=About(kind="other", title="Again"))
    assert raised.value.file_id == first.public_id
    keep(make_client(ana.organization, first_name="Ben"))
    assert File.objects.count() == 2


def test_a_document_in_the_wrong_record_is_withdrawn_and_stays(ana):
    row, by = keep(ana), actor(ana.organization, "nurse")
    with pytest.raises(InvalidInput):
        withdraw_file(by=by, file=row, reason=" no ", at=AT)
    withdraw_file(by=by, file=row, reason="It was for another person", at=AT)
    (read,) = files_of(ana)
    assert (read.withdrawn.words, read.withdrawn.name) == ("It was for another person", by.name)
    assert sentence(last().action, last().data) == "withdrew a document: It was for another person"
    with pytest.raises(NotAllowed, match="already"):
        withdraw_file(by=by, file=row, reason="Once more", at=AT)
    assert FileMark.objects.count() == 1
    # What was withdrawn by mistake can be added again.
    keep(ana)


def test_the_database_refuses_to_change_or_delete_a_document_and_its_marks(ana):
    row = make_file(ana)
    make_file_mark(row)
    for verb in (
        lambda: File.objects.update(title="Other"),
        lambda: File.objects.update(content=b"x"),
        lambda: FileMark.objects.update(mark="shown"),
        lambda: FileMark.objects.all().delete(),
        lambda: File.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            verb()
    assert (File.objects.get().title, FileMark.objects.get().mark) == ("Letter of the hospital", "withdrawn")


def test_a_withdrawn_document_opens_only_for_who_may_withdraw(ana):
    row = make_file(ana)
    reader, writer = actor(ana.organization, "reviewer"), actor(ana.organization, "nurse")
    assert bytes(access_original(reader, row.public_id).content) == PDF
    make_file_mark(row)
    assert access_original(writer, row.public_id) == row
    with pytest.raises(Http404):
        access_original(reader, row.public_id)
    assert access_file(reader, row.public_id, permission="file.view") == row


def test_nobody_finds_a_document_of_another_site_or_without_the_permission(house):
    north, south = make_site(house, "North"), make_site(house, "South")
    row = make_file(make_client(house, site=north))
    for by in (actor(house, "nurse", site=south), actor(house, "biller", site=north)):
        with pytest.raises(Http404):
            access_original(by, row.public_id)
        with pytest.raises(Http404):
            access_file(by, row.public_id, permission="file.view")


def test_merged_records_take_documents_along_and_back(ana):
    other = make_client(ana.organization, first_name="Ana Maria")
    row, by = make_file(other), actor(ana.organization, "director")
    merge = merge_clients(by=by, kept=ana, absorbed=other, reason="One person", at=AT)
    assert [one.row for one in files_of(ana)] == [row]
    undo_merge(by=by, merge=merge, reason="Two people", at=AT)
    assert [one.row for one in files_of(other)] == [row]


def test_the_mark_of_part_2_reaches_what_leaves_the_house(ana):
    make_file(ana, kind="lab", part2=True)
    assert is_protected(ana, {Scope.LAB})
    assert not is_protected(ana, {Scope.DOCUMENTS})
    protected = make_client(ana.organization, part2=True)
    assert keep(protected).part2 is True


def test_the_time_line_does_not_say_what_a_withdrawn_title_says(ana):
    row = make_file(ana, title="Letter about Ben", day=date(2026, 2, 3))
    by = actor(ana.organization, "nurse")
    assert [one.note for one in file_moments(by, ana, None)] == ["Referral letter · Letter about Ben"]
    make_file_mark(row)
    added, withdrawn = file_moments(by, ana, None)
    assert (added.note, withdrawn.note) == ("Referral letter", "Referral letter · Ruth Okafor-Demo")
    assert file_moments(actor(ana.organization, "biller"), ana, None) == []


def test_a_scanner_that_is_set_up_is_asked_and_refuses_what_it_finds(ana, settings):
    with scanner(b"stream: OK\0") as (address, heard):
        settings.CLAMAV = address
        assert keep(ana).scanned_by == "ClamAV"
    assert heard == [PDF]
    assert read_file(File.objects.get()).format == "PDF"
    with scanner(b"stream: Eicar-Signature FOUND\0") as (address, _heard):
        settings.CLAMAV = address
        with pytest.raises(FileRefused, match="Eicar-Signature") as raised:
            keep(ana, b"other words")
    assert raised.value.code == "file-virus"


def test_a_scanner_that_is_set_up_and_does_not_answer_lets_nothing_in(ana, settings, tmp_path):
    settings.CLAMAV = f"unix:{tmp_path}/nobody"
    with pytest.raises(FileRefused) as raised:
        keep(ana)
    assert raised.value.code == "file-not-scanned"
    with scanner(b"INSTREAM size limit exceeded. ERROR\0") as (address, _heard):
        settings.CLAMAV = address
        with pytest.raises(FileRefused):
            keep(ana)
    assert File.objects.count() == 0


def hits(by, client, question):
    return [hit.source for hit in search_chart(by, client.pk, Wanted(terms_of(question)), limit=9)]


def test_a_document_is_found_by_its_title_its_source_and_the_words_of_a_text(ana):
    by = actor(ana.organization, "nurse")
    letter = keep(ana)
    card = keep(
        ana, "Miembro 77, señora Ana".encode(), About(kind="card", title="Insurance"), filename="card.txt"
    )
    for question, row in (
        ("harbor hosp", letter),
        ("dr kim", letter),
        ("derivacion", letter),
        ("senora 77", card),
    ):
        assert hits(by, ana, question) == [row.public_id], question
    assert hits(by, ana, "catalog") == []
    assert hits(actor(ana.organization, "biller"), ana, "harbor") == []
    withdraw_file(by=by, file=letter, reason="It was for another person", at=AT)
    assert hits(by, ana, "harbor") == []
    reindex_charts(by=by, at=AT)
    assert hits(by, ana, "harbor") == []
    assert hits(by, ana, "senora") == [card.public_id]

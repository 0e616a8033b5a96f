"""The demo's documents: each would have been taken in here, and one is withdrawn."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.files import paper
from openiop.apps.demo.services import build_demo
from openiop.apps.files.models import File, FileMark
from openiop.domain.files import fault_of, format_of
from tests.factories import AT

pytestmark = pytest.mark.django_db


def test_every_document_of_the_demo_would_be_taken_in_and_one_is_withdrawn():
    organization = build_demo(at=AT)
    with tenant(organization.pk):
        rows = list(File.objects.all())
        assert len(rows) >= 20
        for row in rows:
            content = bytes(row.content)
            assert (fault_of(content), format_of(content)) == (None, row.media_type)
            assert row.created_at < AT
        assert FileMark.objects.get().mark == "withdrawn"


def test_a_page_of_a_few_lines_is_a_pdf_that_others_read():
    (page,) = PdfReader(BytesIO(paper("Results (two)", "Within the limits.")), strict=True).pages
    assert page.extract_text().splitlines() == ["Results (two)", "Within the limits."]

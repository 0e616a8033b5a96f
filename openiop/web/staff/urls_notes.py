"""Routes of the care record."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import group_amending, notes, quality
from openiop.web.staff import group_notes as groups
from openiop.web.staff import note_corrections as corrections

BOTH, POST = ("GET", "POST"), ("POST",)
OF, ONE, GROUP = "clients/<slug:client_id>/notes/", "notes/<slug:public_id>/", "group-notes/<slug:public_id>/"

urlpatterns = [
    route("quality/", quality.quality, name="quality", permission=P.QUALITY_VIEW),
    route("unsigned/", corrections.unsigned, name="unsigned", permission=P.NOTE_EDIT),
    route(OF, notes.notes, name="notes", permission=P.NOTE_VIEW),
    route(f"{OF}start/", notes.start, name="note_start", permission=P.NOTE_EDIT, methods=POST),
    route(ONE, notes.note, name="note", permission=P.NOTE_VIEW),
    route(f"{ONE}note.pdf", notes.note_pdf, name="note_pdf", permission=P.NOTE_VIEW),
    route(f"{ONE}write/", notes.write, name="note_write", permission=P.NOTE_EDIT, methods=BOTH),
    route(f"{ONE}save/", notes.save, name="note_save", permission=P.NOTE_EDIT, methods=POST),
    route(f"{ONE}sign/", notes.sign, name="note_sign", permission=P.NOTE_EDIT, methods=BOTH),
    route(f"{ONE}amend/", corrections.amend, name="note_amend", permission=P.NOTE_EDIT, methods=BOTH),
    route(f"{ONE}addend/", corrections.addend, name="note_addend", permission=P.NOTE_EDIT, methods=BOTH),
    route(f"{ONE}retract/", corrections.retract, name="note_retract", permission=P.NOTE_EDIT, methods=BOTH),
    route(f"{ONE}cosign/", corrections.cosign, name="note_cosign", permission=P.NOTE_COSIGN, methods=BOTH),
    route(
        "sessions/<slug:public_id>/note/",
        groups.start,
        name="group_note_start",
        permission=P.NOTE_EDIT,
        methods=POST,
    ),
    route(GROUP, groups.group_note, name="group_note", permission=P.NOTE_EDIT, methods=BOTH),
    route(f"{GROUP}save/", groups.save, name="group_note_save", permission=P.NOTE_EDIT, methods=POST),
    route(f"{GROUP}sign/", groups.sign, name="group_note_sign", permission=P.NOTE_EDIT, methods=BOTH),
    route(
        f"{GROUP}amend/", group_amending.amend, name="group_note_amend", permission=P.NOTE_EDIT, methods=BOTH
    ),
]

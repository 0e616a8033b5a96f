"""Routes of documents from outside."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import files

BOTH, ONE = ("GET", "POST"), "documents/<slug:file_id>/"

urlpatterns = [
    route(
        "clients/<slug:client_id>/documents/",
        files.files,
        name="files",
        permission=P.FILE_VIEW,
        post=P.FILE_EDIT,
        methods=BOTH,
    ),
    route(ONE, files.file, name="file", permission=P.FILE_VIEW),
    route(f"{ONE}original", files.original, name="file_original", permission=P.FILE_VIEW),
    route(f"{ONE}withdraw/", files.withdraw, name="file_withdraw", permission=P.FILE_EDIT, methods=BOTH),
]

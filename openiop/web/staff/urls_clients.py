"""Routes of client records."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import (
    chart,
    chart_export,
    client_merge,
    client_page,
    client_people,
    client_portal,
    client_week,
    clients,
)

VIEW, EDIT, MERGE = Permission.CLIENT_VIEW, Permission.CLIENT_EDIT, Permission.CLIENT_MERGE
INVITE = Permission.PORTAL_INVITE
FORM, POST = ("GET", "POST"), ("POST",)
ONE = "clients/<slug:client_id>/"

urlpatterns = [
    route("clients/", clients.clients, name="clients", permission=VIEW, methods=FORM),
    route("clients/new/", clients.new_client, name="client_new", permission=EDIT, methods=FORM),
    route(ONE, client_page.client, name="client", permission=VIEW),
    route(f"{ONE}chart/", chart.chart, name="chart", permission=VIEW, methods=FORM),
    route(
        f"{ONE}chart/export/",
        chart_export.chart_export,
        name="chart_export",
        permission=Permission.DISCLOSE,
        methods=FORM,
    ),
    route(f"{ONE}past/", client_page.past, name="client_past", permission=Permission.ASSESSMENT_VIEW),
    route(f"{ONE}week/", client_week.client_week, name="client_week", permission=VIEW),
    route(f"{ONE}edit/", clients.edit_client, name="client_edit", permission=EDIT, methods=FORM),
    route(f"{ONE}portal/", client_portal.portal, name="client_portal", permission=INVITE),
    *(
        route(
            f"{ONE}portal/<slug:relation_id>/{pattern}/",
            view,
            name=f"client_portal_{pattern}",
            permission=INVITE,
            methods=methods,
        )
        for pattern, view, methods in (
            ("invite", client_portal.send, FORM),
            ("withdraw", client_portal.take_back, POST),
            ("close", client_portal.close, POST),
            ("link", client_portal.link, POST),
            ("letter", client_portal.letter, POST),
        )
    ),
    *(
        route(f"{ONE}{pattern}", view, name=f"client_{name}", permission=permission, methods=methods)
        for pattern, view, name, permission, methods in (
            ("contacts/new/", client_people.new_contact, "contact_new", EDIT, FORM),
            ("contacts/<slug:relation_id>/", client_people.edit_contact, "contact", EDIT, FORM),
            ("contacts/<slug:relation_id>/end/", client_people.end_contact, "contact_end", EDIT, POST),
            ("numbers/new/", client_people.new_number, "number_new", EDIT, FORM),
            ("numbers/<slug:identifier_id>/remove/", client_people.drop_number, "number_remove", EDIT, POST),
            ("apart/new/", client_people.new_apart, "apart_new", EDIT, FORM),
            ("apart/<slug:pair_id>/end/", client_people.end_apart, "apart_end", EDIT, POST),
            ("merge/", client_merge.find, "merge", MERGE, FORM),
            ("merge/<slug:other_id>/", client_merge.merge, "merge_with", MERGE, FORM),
            ("merges/<slug:merge_id>/undo/", client_merge.undo, "merge_undo", MERGE, FORM),
        )
    ),
]

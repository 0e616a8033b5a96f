"""Routes of the way in: pipeline, enquiries, referrals."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import pipeline, referral, referral_status, referrals

VIEW, EDIT = Permission.REFERRAL_VIEW, Permission.REFERRAL_EDIT
FORM = ("GET", "POST")

urlpatterns = [
    route("referrals/", pipeline.pipeline, name="pipeline", permission=VIEW),
    route("referrals/new/", referrals.new_enquiry, name="referral_new", permission=EDIT, methods=FORM),
    route("referrals/upload/", referrals.upload, name="referral_upload", permission=EDIT, methods=FORM),
    route(
        "referrals/files/<slug:document_id>/", referrals.original, name="referral_original", permission=VIEW
    ),
    route("referrals/<slug:referral_id>/", referral.referral, name="referral", permission=VIEW),
    route(
        "referrals/<slug:referral_id>/change/",
        referrals.change,
        name="referral_change",
        permission=EDIT,
        methods=FORM,
    ),
    *(
        route(
            f"referrals/<slug:referral_id>/{part}/",
            view,
            name=f"referral_{name}",
            permission=EDIT,
            methods=("POST",),
        )
        for part, name, view in (
            ("accept", "accept", referral.accept),
            ("contact", "contact", referral.contact),
            ("move", "move", referral.move),
            ("decline", "decline", referral.decline),
            ("refer-on", "refer_on", referral.hand_on),
            ("owner", "assign", referral.assign),
            ("status", "status", referral_status.release),
        )
    ),
]

"""Routes open to everyone, and the demo's doors."""

from openiop.apps.core.routes import PUBLIC, SIGNED_IN, route
from openiop.web.public import (
    cost,
    cost_pdf,
    design,
    display,
    doors,
    enquiry,
    letter_code,
    own,
    screener,
    screener_pdf,
    sending,
    talk,
    welcome,
)

urlpatterns = [
    route("", doors.home, name="home", permission=PUBLIC),
    route("healthz", doors.healthz, name="healthz", permission=PUBLIC),
    route("demo/", doors.demo, name="demo", permission=PUBLIC, methods=("GET", "POST")),
    route("display/", display.display, name="display", permission=PUBLIC, methods=("POST",)),
    route("design/", design.gallery, name="design", permission=PUBLIC),
    route("design/staff/", design.staff_frame, name="design_staff", permission=PUBLIC),
    route("right-for-me/", screener.start, name="screener", permission=PUBLIC),
    route(
        "right-for-me/questions/",
        screener.ask,
        name="screener_ask",
        permission=PUBLIC,
        methods=("GET", "POST"),
    ),
    route(
        "right-for-me/answers.pdf",
        screener_pdf.download,
        name="screener_pdf",
        permission=PUBLIC,
        methods=("GET", "POST"),
    ),
    route("cost/", cost.start, name="cost", permission=PUBLIC),
    route("cost/questions/", cost.ask, name="cost_ask", permission=PUBLIC, methods=("GET", "POST")),
    route(
        "cost/estimate.pdf", cost_pdf.download, name="cost_pdf", permission=PUBLIC, methods=("GET", "POST")
    ),
    route("enquire/", enquiry.ask, name="enquiry", permission=PUBLIC, methods=("GET", "POST")),
    route("enquire/thanks/", enquiry.thanks, name="enquiry_thanks", permission=PUBLIC),
    route(
        "enquire/<slug:organization>/",
        enquiry.ask,
        name="enquiry_at",
        permission=PUBLIC,
        methods=("GET", "POST"),
    ),
    route("welcome/", letter_code.letter, name="letter", permission=PUBLIC, methods=("GET", "POST")),
    route("at/<slug:organization>/", own.program, name="program", permission=PUBLIC),
    route("at/<slug:organization>/about/<slug:topic>/", own.page, name="program_page", permission=PUBLIC),
    route(
        "at/<slug:organization>/answers/",
        sending.send,
        name="answers_send",
        permission=PUBLIC,
        methods=("GET", "POST"),
    ),
    route(
        "at/<slug:organization>/talk/",
        talk.times,
        name="talk_times",
        permission=PUBLIC,
        methods=("GET", "POST"),
    ),
    route("talk/<slug:key>/", talk.talk, name="talk", permission=PUBLIC, methods=("GET", "POST")),
    route(
        "welcome/<slug:key>/",
        welcome.invitation,
        name="invitation",
        permission=PUBLIC,
        methods=("GET", "POST"),
    ),
    route(
        "organization/",
        doors.choose_organization,
        name="choose_organization",
        permission=SIGNED_IN,
        methods=("POST",),
    ),
]

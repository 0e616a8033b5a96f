"""Routes for machines. All are open: they hold what the public pages show."""

from openiop.api import opened
from openiop.apps.core.routes import PUBLIC, route

urlpatterns = [
    route("v1/programs", opened.programs, name="open_programs", permission=PUBLIC),
    route("v1/programs/<slug:facility_id>", opened.program, name="open_program", permission=PUBLIC),
    route("fhir/HealthcareService", opened.services, name="open_services", permission=PUBLIC),
    route(
        "fhir/HealthcareService/<slug:facility_id>", opened.service, name="open_service", permission=PUBLIC
    ),
    route("fhir/Schedule", opened.schedules, name="open_schedules", permission=PUBLIC),
    route("fhir/Schedule/<slug:facility_id>", opened.schedule, name="open_schedule", permission=PUBLIC),
    route("fhir/Slot", opened.slots, name="open_slots", permission=PUBLIC),
]

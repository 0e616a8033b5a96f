"""OpenIOP: the open-source system that runs an Intensive Outpatient Program.

Eight rooms; arrows only point down this list.

cli      the commands people type: openiop ...
web      pages for staff, clients, families and the public
api      the same services for machines
apps     the Django apps: rows, services, selectors, permissions
engines  heavy libraries behind small protocols: PDF, charts, solvers
formats  pure readers and writers: FHIR, X12, iCalendar
catalog  data: criteria sets, programs, consents, with schemas and the only loader
domain   the rules of IOP care; no Django, no I/O, no clock. Read this first.
"""

__version__ = "0.1.0"

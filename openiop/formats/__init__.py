"""Pure readers and writers of outside formats (FHIR, X12, iCalendar)."""

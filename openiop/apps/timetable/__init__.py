"""The solved timetable: a site's rows as a problem, drafts beside the current week, runs, publication."""

"""Real processes against a real database: kills, races, restarts."""

"""Questions about the care record."""

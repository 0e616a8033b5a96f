"""Verbs of the care record."""

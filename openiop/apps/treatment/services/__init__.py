"""Verbs of the treatment plan."""

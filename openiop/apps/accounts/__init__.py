"""Organisations, sites, people who sign in, and what each role may do."""

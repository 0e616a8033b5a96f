"""The directory of programs for the public finder: public reference data of all organizations (ADR 0025)."""

"""Changing client records. One module for each kind of change."""

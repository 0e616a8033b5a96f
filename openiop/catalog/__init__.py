"""Data that people may read and change without code, and the one loader for it."""

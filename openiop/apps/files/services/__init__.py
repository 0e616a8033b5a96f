"""Keeping documents from outside."""

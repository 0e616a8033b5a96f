"""Changing plans: drafted, published, rolled back; runs of the planner."""

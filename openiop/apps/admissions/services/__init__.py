"""Changing what leads to care: referrals, assessments, determinations, episodes, orders."""

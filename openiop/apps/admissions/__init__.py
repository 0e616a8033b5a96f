"""From the first call to an open episode: referrals, assessments, determinations, orders."""

"""The treatment plan: written, signed, answered by those it is for, reviewed and amended."""

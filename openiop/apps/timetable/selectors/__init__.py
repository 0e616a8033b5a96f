"""Reading plans and runs."""

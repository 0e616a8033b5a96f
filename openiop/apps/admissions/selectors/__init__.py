"""Reading what leads to care."""

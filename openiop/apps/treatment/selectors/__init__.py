"""Reading treatment plans."""

"""Reading attendance and hours."""

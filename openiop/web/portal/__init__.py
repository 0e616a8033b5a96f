"""Pages for clients and family."""

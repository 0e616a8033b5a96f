"""Pages for staff, clients, families and the public."""

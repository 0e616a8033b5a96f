"""Clients: who they are, who belongs to them, what they consented to, where their record went."""

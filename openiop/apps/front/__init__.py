"""The public side: what strangers leave, and the limits that keep machines from leaving it."""

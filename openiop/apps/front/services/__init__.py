"""What the public side does."""

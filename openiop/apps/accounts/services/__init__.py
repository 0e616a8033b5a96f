"""What may be done with people, their roles, their sign-in and emergency access."""

"""Reading documents from outside."""

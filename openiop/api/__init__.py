"""The same services for machines. Version 1 opens with the public feed of open seats."""

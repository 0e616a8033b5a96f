"""The rules of IOP care: pure functions over frozen values. No Django, no I/O, no clock."""

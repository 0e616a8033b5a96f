"""Pages on a device that staff handed over: a client signs, and nothing else can be reached."""

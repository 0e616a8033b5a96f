"""Documents from outside in a client's record: kept byte for byte, withdrawn where they are another's, never deleted."""

"""The command line: the pieces of the platform one by one, and the demonstration."""

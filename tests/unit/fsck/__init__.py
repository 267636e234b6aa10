"""The parts of a check that need no database."""

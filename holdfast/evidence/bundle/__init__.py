"""A bundle: the evidence of one incident as files that anyone can verify without this platform."""

"""Templates of communications, without a database."""

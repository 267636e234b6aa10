"""Communications in the database: composed, delivered, read, and answered."""

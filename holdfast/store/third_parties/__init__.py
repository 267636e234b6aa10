"""Third parties in the database: terms read for escalations, and escalations as they stand."""

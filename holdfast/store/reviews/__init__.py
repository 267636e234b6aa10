"""Post-incident reviews and their lessons, as they are kept and read."""

"""What a superuser without triggers can do to evidence, one change at a time."""

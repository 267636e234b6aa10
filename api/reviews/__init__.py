"""What stands behind the doors of post-incident reviews and their lessons."""

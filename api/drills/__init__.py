"""What stands behind the doors of drills and training."""

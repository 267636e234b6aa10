"""What is done: each activity is idempotent by a key that its workflow has fixed."""

"""Behind the doors of documents of the process."""

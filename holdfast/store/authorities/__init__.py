"""What was handed to competent authorities: attempts, and what left, sealed."""

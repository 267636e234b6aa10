"""Annual figures of major incidents."""

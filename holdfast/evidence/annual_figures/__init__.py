"""The annual figures of major incidents on paper."""

"""Automated steps: that the evidence has started them, and what became of each attempt."""

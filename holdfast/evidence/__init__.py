"""Evidence: what an entry is, and the exact bytes that stand for it."""

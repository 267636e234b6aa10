"""People: sealed personal data, the keys that open it, and their erasure."""

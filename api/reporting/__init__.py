"""Reports to competent authorities at the doors: what they take, answer, and hand in."""

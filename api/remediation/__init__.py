"""Remediation tasks at the doors: what they take, what they answer, and how it is handed in."""

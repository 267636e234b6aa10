"""Remediation tasks in the database: the projection's table, and what is read of it."""

"""PostgreSQL: the evidence, what is derived from it, and what waits at the doors."""

"""Reading key figures from PostgreSQL: what was observed, and what it comes to."""

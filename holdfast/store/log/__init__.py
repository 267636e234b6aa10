"""The evidence log in PostgreSQL: putting records into it, and reading it back with proofs."""

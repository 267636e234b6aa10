"""Schema migrations: SQL as SQL, one purpose each."""

"""The doors, one module each."""

"""Exports out of the real database: on record, proving themselves, repeatable."""

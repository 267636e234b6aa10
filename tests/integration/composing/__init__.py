"""Drafts composed over the real PostgreSQL."""

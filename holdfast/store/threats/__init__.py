"""Cyber threats in the database: their projections, their forms, their numbers."""

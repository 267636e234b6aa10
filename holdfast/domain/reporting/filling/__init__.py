"""Filling reports from what the evidence says, each field with its provenance; pure."""

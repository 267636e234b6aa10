"""Oversight files: made of entries alone, and shown as pages."""

"""Bundles as bytes: written the same every time, and safe to read."""

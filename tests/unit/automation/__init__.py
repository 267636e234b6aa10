"""Automations: what may stand in their file, and where parameters go."""

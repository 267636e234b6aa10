"""Doors: alerts, people and machines come in here, and everything is read here."""

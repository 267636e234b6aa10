"""Cyber threats: recorded, assessed, and notified to the competent authority voluntarily."""

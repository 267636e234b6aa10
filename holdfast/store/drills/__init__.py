"""Drills and training as the evidence and its projections have them."""

"""Drills: incidents that are played by a script, on a faster clock, scored, and kept as training.

DORA Art. 11(6) asks for tests of response and recovery plans, Art. 13(6) for training of staff and
management. A drill runs through the very process that a real incident runs through.
"""

"""Pure rules of the incident process: no I/O, no clock, no randomness, no logging.

Time, ids and policies come in as arguments; what happened goes out as events.
"""

"""Channels against real servers on this machine that fail as they are told."""

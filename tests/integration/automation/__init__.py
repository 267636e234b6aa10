"""Automations against real processes and real servers that fail as they are told."""

"""Playbooks: what is done in an incident, step by step, as it was agreed on beforehand."""

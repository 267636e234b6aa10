"""Automated steps of playbooks: what is ordered, and what became of it."""

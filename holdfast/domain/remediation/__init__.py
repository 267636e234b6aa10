"""Remediation: one task each, from its proposal until it is validated as effective."""

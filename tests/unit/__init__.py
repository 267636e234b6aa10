"""Tests without I/O: the rules, the formats, the house."""

"""Tests of the evidence log in the real PostgreSQL."""

"""Tests of the API: what needs no database."""

"""Tests of the whole platform, through its doors."""

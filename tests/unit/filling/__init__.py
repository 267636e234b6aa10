"""Filling reports from entries."""

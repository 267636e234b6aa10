"""Tests of the evidence log as bytes."""

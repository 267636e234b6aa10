"""Custody: files of an incident, holds on it, and disposal of content when its time has come."""

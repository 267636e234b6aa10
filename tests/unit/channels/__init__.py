"""Channels: what they are configured with, and the bytes that they send."""

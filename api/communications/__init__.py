"""Drafts, sign-off, sending and replies, behind the doors of communications."""

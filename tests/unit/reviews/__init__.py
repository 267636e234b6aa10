"""Drafts of reviews and packs for the management body, made of entries."""

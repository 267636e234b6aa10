"""Roles and pseudonyms as the pages of a bundle write them."""

from __future__ import annotations

__all__ = ["role_in_words", "whose"]


def whose(role: str, actor: str) -> str:
    """Say who it was: the role in words, and the pseudonym unless that says the same."""
    return role_in_words(role) if role == actor else f"{role_in_words(role)} {actor}"


def role_in_words(role: str) -> str:
    """Write a role as people say it."""
    return role.replace("_", " ")

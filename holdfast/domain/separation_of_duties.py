"""Separation of duties: nobody decides on what they drafted or asked for. No rule relaxes this.

A bypass under urgency lifts quorum and role, never this; and whoever used a bypass does not
ratify it, since the bypass is then what they asked for.
"""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["is_self_approval"]


def is_self_approval(actor_id: str, authors: Collection[str]) -> bool:
    """Whether this person would decide on their own draft or request.

    `authors` are the ids of all who drafted the subject or asked for the decision. A person is
    told by pseudonym, so exercising another role does not make them another person.
    """
    return actor_id in authors

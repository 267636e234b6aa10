"""The ways to competent authorities: folders, interfaces over HTTPS, and mailboxes."""

from __future__ import annotations

from holdfast.channels.authorities.loading import load_authorities
from holdfast.channels.authorities.submission import (
    Authorities,
    AuthorityAnswer,
    AuthorityChannel,
    NamedDocument,
    Submission,
)

__all__ = [
    "Authorities",
    "AuthorityAnswer",
    "AuthorityChannel",
    "NamedDocument",
    "Submission",
    "load_authorities",
]

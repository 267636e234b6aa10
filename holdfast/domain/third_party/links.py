"""What a link says that a provider answers by: for which escalation, to do what, and until when.

Whoever has a link can do that one thing and nothing else. Who may believe a link, its signature
says; these rules know no key.
"""

from __future__ import annotations

import base64
import hashlib
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints, field_validator

from holdfast.domain.communication.message import AnswerLink
from holdfast.domain.third_party.naming import escalation_named
from holdfast.domain.values import Frozen, Identifier, Instant, canonical_json

__all__ = ["LinkAct", "LinkClaims", "LinkNonce", "nonce_of", "page_claims"]

_NONCE_BYTES = 16

LinkNonce = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,43}$")]
"""What tells a link from all others of its escalation: URL-safe text."""


class LinkAct(StrEnum):
    """The one thing that a link lets its holder do; each but `page` is something that is said."""

    PAGE = "page"
    """Read the page of the call, from which the other links go."""
    ACKNOWLEDGEMENT = "acknowledgement"
    UPDATE = "update"
    ESTIMATE = "estimate"
    WORKAROUND = "workaround"
    DOCUMENT = "document"
    RESTORATION = "restoration"


class LinkClaims(Frozen):
    """What a link claims: it is of `escalation`, for `act` alone, and good until `expires_at`."""

    escalation: Identifier
    act: LinkAct
    nonce: LinkNonce
    expires_at: Instant

    @field_validator("escalation")
    @classmethod
    def _is_an_escalation(cls, name: str) -> str:
        if escalation_named(name) is None:
            message = f"'{name}' is no escalation: write INC-…/third-party-N"
            raise ValueError(message)
        return name

    @property
    def content(self) -> bytes:
        """The bytes that are signed: for the same claims always the same."""
        return canonical_json(self.model_dump(mode="json"))


def nonce_of(call: str) -> str:
    """The nonce of the link that the message of a call carries, by the id of the call's entry."""
    digest = hashlib.sha256(f"call\n{call}".encode()).digest()[:_NONCE_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def page_claims(answer: AnswerLink) -> LinkClaims:
    """What the link in a message claims: the same for the same message, however often it is made.

    Raises:
        ValidationError: what the message names is no escalation.
    """
    return LinkClaims(
        escalation=answer.escalation,
        act=LinkAct.PAGE,
        nonce=nonce_of(answer.call),
        expires_at=answer.expires_at,
    )

"""What is handed to an authority's channel, what it answers, and all channels there are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from holdfast.channels.outgoing import AnswerOutcome
from holdfast.domain.reporting.documents import AuthorityDocument, DocumentFormat

__all__ = [
    "MOST_ANSWER",
    "Authorities",
    "AuthorityAnswer",
    "AuthorityChannel",
    "NamedDocument",
    "Submission",
    "short_reference",
]

MOST_ANSWER = 256 * 1024
"""Bytes of an answer that are read: its beginning."""

_REFERENCE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document under the name that its file has at the authority."""

    name: str
    document: AuthorityDocument


@dataclass(frozen=True, slots=True)
class Submission:
    """One approved content on its way: `documents` are what it is written in, the main one first.

    `key` is the idempotency key: every attempt under it is the same submission. `digest` is that
    of the approved content; `again` says that an earlier attempt may have arrived.
    """

    key: str
    chain: str
    subject: str
    kind: str
    digest: str
    approved_at: datetime
    documents: tuple[NamedDocument, ...]
    again: bool = False

    @property
    def main(self) -> NamedDocument:
        """The document that the authority processes."""
        return self.documents[0]


@dataclass(frozen=True, slots=True)
class AuthorityAnswer:
    """What a channel says of a submission.

    `because` says why not, without secrets and without words of the other side; `said` are the
    bytes that came back, at most `MOST_ANSWER` of them (`cut` where there were more). `reference`
    is the authority's own; `retry_after` is how long it asks to be left alone.
    """

    outcome: AnswerOutcome
    because: str | None = None
    said: bytes | None = None
    media_type: str | None = None
    status: int | None = None
    cut: bool = False
    reference: str | None = None
    retry_after: timedelta | None = None


class AuthorityChannel(Protocol):
    """The way to one authority. Nothing that goes wrong in it is an error.

    A submission under the same key, at whatever attempt, is the same for whoever gets it: the same
    file, the same Message-ID, the same Idempotency-Key.
    """

    @property
    def authority(self) -> str:
        """Its id, as the policy of reporting names it."""

    @property
    def kind(self) -> str:
        """How it is reached: `folder`, `https` or `mail`."""

    @property
    def title(self) -> str:
        """What it is, in words."""

    @property
    def formats(self) -> tuple[DocumentFormat, ...]:
        """In which formats it wants a content, the main one first."""

    @property
    def schema(self) -> Path | None:
        """The authority's own schema for the JSON of reports; None where there is none."""

    def named(self, submission: Submission, documents: Iterable[AuthorityDocument]) -> Submission:
        """The submission with these documents, under the names that this authority wants."""

    def refusal(self, submission: Submission) -> str | None:
        """Why it must not be sent, such as a document against the schema; None where it may."""

    def fault(self) -> str | None:
        """Why nothing can be sent from here, such as a secret that is away; None where it can."""

    async def submit(self, submission: Submission) -> AuthorityAnswer:
        """Hand it over."""

    async def attempt_trial(self, submission: Submission) -> AuthorityAnswer:
        """Hand over a document that says that it is none, where the authority wants such ones."""


class Authorities:
    """The channels to all authorities of this installation, by the authority's id."""

    def __init__(self, channels: Iterable[AuthorityChannel] = ()) -> None:
        """Take them; their authorities differ."""
        self._channels = {each.authority: each for each in channels}

    @property
    def all(self) -> Mapping[str, AuthorityChannel]:
        """Each by its authority, in the order of the configuration."""
        return MappingProxyType(self._channels)

    @property
    def schemas(self) -> dict[str, Path]:
        """The schemas of the authorities that have one, by the authority's id."""
        return {name: each.schema for name, each in self._channels.items() if each.schema}

    def get(self, authority: str) -> AuthorityChannel | None:
        """The channel of that authority; None where there is none."""
        return self._channels.get(authority)


def short_reference(key: str) -> str:
    """A few digits that tell submissions apart: of the same key always the same."""
    return hashlib.sha256(key.encode()).hexdigest()[:_REFERENCE_DIGITS]

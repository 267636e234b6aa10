"""Handing something approved to a competent authority: what is ordered, and what became of it."""

from __future__ import annotations

from datetime import timedelta

from pydantic import StrictBool

from holdfast.domain.values import Count, Digest, Duration, Frozen, Identifier, Instant, Line

__all__ = ["SubmissionOrder", "SubmissionOutcome"]


class SubmissionOrder(Frozen):
    """What is to be submitted: exactly the approved bytes, over the channel of that authority.

    `chain` is the incident or the cyber threat whose evidence has it, `subject` what entries call
    the version, `approved` the entry that lets it leave. Under `key` nothing is submitted twice.
    A drill's never leaves this installation.
    """

    key: Identifier
    chain: Identifier
    subject: Identifier
    kind: Line
    authority: Identifier
    content: Digest
    approved: Identifier
    drill: StrictBool = False


class SubmissionOutcome(Frozen):
    """What became of it.

    `sent` is the digest of the exact bytes that left, `receipt` of what the channel has answered;
    `reference` is the authority's, where the answer has one. Without `submitted_at` the channel
    has refused it for good, and `because` says why.
    """

    channel: Identifier
    submitted_at: Instant | None = None
    ago: Duration = timedelta(0)
    """How long before this report that was, by the clock that measured both."""
    sent: Digest | None = None
    media_type: Line | None = None
    size: Count | None = None
    receipt: Digest | None = None
    reference: Line | None = None
    attempts: Count = 1
    diverted: StrictBool = False
    because: Line | None = None

"""RFC 3161: a timestamp authority says that a checkpoint existed by its clock, not by ours.

The imprint is the SHA-256 of the whole note, signatures included. What comes back is held against
what was asked, imprint and nonce; whom its certificates lead to is for the auditor to verify.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    decode_timestamp_response,
)

from holdfast.errors import Fatal, InvalidInput

__all__ = ["Timestamp", "TimestampQuery", "ask_for_timestamp", "imprint_of", "open_timestamp"]

_SHA256 = "2.16.840.1.101.3.4.2.1"
_GRANTED = {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}


@dataclass(frozen=True, slots=True)
class TimestampQuery:
    """A TimeStampReq: its DER bytes, and what the answer must say again."""

    content: bytes
    imprint: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A TimeStampResp that was granted: its DER bytes, and the time that it says."""

    content: bytes
    at: datetime


def imprint_of(note: str) -> bytes:
    """What a timestamp of a checkpoint is over."""
    return hashlib.sha256(note.encode()).digest()


def ask_for_timestamp(note: str) -> TimestampQuery:
    """Make the query for a checkpoint, with a fresh nonce; the answer shall bring certificates."""
    request = TimestampRequestBuilder(note.encode(), HashAlgorithm.SHA256).build()
    nonce = request.nonce
    if nonce is None:
        message = "the query was made without the nonce that it was to have"
        raise Fatal(message)
    return TimestampQuery(request.as_bytes(), imprint_of(note), nonce)


def open_timestamp(content: bytes, query: TimestampQuery) -> Timestamp:
    """Read the answer to a query.

    Raises:
        InvalidInput: it is no TimeStampResp, was not granted, or is about something else.
    """
    try:
        response = decode_timestamp_response(content)
        if response.status not in _GRANTED:
            reasons = "; ".join(response.status_string)
            message = f"the timestamp was not granted (status {response.status}): {reasons}"
            raise InvalidInput(message)
        _require_answer(response, query)
        return Timestamp(content, response.tst_info.gen_time)
    except ValueError as error:
        message = "the answer is no TimeStampResp of RFC 3161"
        raise InvalidInput(message) from error


def _require_answer(response: TimeStampResponse, query: TimestampQuery) -> None:
    said = response.tst_info.message_imprint
    if (said.hash_algorithm.dotted_string, said.message) != (_SHA256, query.imprint):
        message = "the timestamp is about other bytes"
        raise InvalidInput(message)
    # Without it, an old answer could be given again: the time would be true, but not the newest.
    if response.tst_info.nonce != query.nonce:
        message = "the timestamp answers another query"
        raise InvalidInput(message)

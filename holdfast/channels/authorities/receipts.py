"""What an authority has answered, as it is kept: with exactly which files it was given."""

from __future__ import annotations

import base64
from datetime import datetime

from holdfast.channels.authorities.submission import (
    AuthorityAnswer,
    AuthorityChannel,
    Submission,
)
from holdfast.domain.values import JsonObject, canonical_json, rfc3339

__all__ = ["RECEIPT_MEDIA_TYPE", "receipt_of"]

RECEIPT_MEDIA_TYPE = "application/vnd.holdfast.receipt+json"


def receipt_of(
    channel: AuthorityChannel, submission: Submission, answer: AuthorityAnswer, at: datetime
) -> bytes:
    """Write a receipt: its digest in evidence stands for every file that left, and the answer."""
    return canonical_json(
        {
            "format": 1,
            "authority": channel.authority,
            "kind": channel.kind,
            "key": submission.key,
            "subject": submission.subject,
            "content": submission.digest,
            "files": [
                {
                    "name": each.name,
                    "media_type": each.document.media_type,
                    "digest": each.document.digest,
                    "size": len(each.document.content),
                }
                for each in submission.documents
            ],
            "answered_at": rfc3339(at),
            "outcome": str(answer.outcome),
            "status": answer.status,
            "reference": answer.reference,
            "answer": _said(answer),
        }
    )


def _said(answer: AuthorityAnswer) -> JsonObject | None:
    if answer.said is None:
        return None
    said: JsonObject = {"media_type": answer.media_type, "cut": answer.cut}
    try:
        return {**said, "text": answer.said.decode()}
    except UnicodeDecodeError:
        return {**said, "base64": base64.b64encode(answer.said).decode()}

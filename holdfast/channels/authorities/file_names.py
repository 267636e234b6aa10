"""Names of files at an authority, by a pattern of the configuration."""

from __future__ import annotations

import re

from holdfast.channels.authorities.submission import Submission, short_reference
from holdfast.domain.reporting.documents import DocumentFormat

__all__ = ["DEFAULT_PATTERN", "PLACES", "fault_of_pattern", "file_name"]

DEFAULT_PATTERN = "{subject}-{kind}-{reference}.{extension}"

PLACES = frozenset({"authority", "chain", "subject", "kind", "reference", "extension"})
"""What may stand in braces."""

_PLACE = re.compile(r"\{([^{}]*)\}")
_ALLOWED = re.compile(r"[A-Za-z0-9._-]+")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 200


def fault_of_pattern(pattern: str) -> str | None:
    """What is wrong with a pattern; None where nothing is."""
    for place in _PLACE.findall(pattern):
        if place not in PLACES:
            return f"{{{place}}} is no place; there are: {', '.join(sorted(PLACES))}"
    rest = _PLACE.sub("x", pattern)
    if not _ALLOWED.fullmatch(rest) or rest.startswith("."):
        return "beside places it may hold letters, digits and . _ - only"
    if not pattern.endswith(".{extension}"):
        return "it ends with .{extension}: each format is a file of its own"
    return None


def file_name(
    pattern: str, authority: str, submission: Submission, document_format: DocumentFormat
) -> str:
    """The name of a document's file: under the same key always the same."""
    words = {
        "authority": authority,
        "chain": submission.chain,
        "subject": submission.subject,
        "kind": submission.kind,
        "reference": short_reference(submission.key),
    }
    stem = pattern.removesuffix(".{extension}")
    for place, word in words.items():
        stem = stem.replace(f"{{{place}}}", _NOT_ALLOWED.sub("-", word))
    stem = stem.replace("{extension}", document_format.value)
    return f"{stem[:_LONGEST]}.{document_format.value}"

"""Which language a reader gets: the one asked for, else what the browser prefers (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.domain.communication.message import Variant

__all__ = ["best_variant", "preferred_languages", "primary"]

_LONGEST_HEADER = 1_000
_RANGE = re.compile(
    r"\s*([A-Za-z]{2,3})(?:-([A-Za-z]{2}))?(?:-[A-Za-z0-9]{1,8})*"
    r"\s*(?:;\s*[qQ]\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?"
)


def preferred_languages(asked: str | None, accepted: str | None) -> tuple[str, ...]:
    """Return language tags, the best first: `asked`, then those of an Accept-Language header.

    What in the header is no language range (RFC 9110 section 12.5.4) is passed over.
    """
    ranges = (_RANGE.fullmatch(part) for part in (accepted or "")[:_LONGEST_HEADER].split(","))
    weighed = [(float(found[3] or 1), _tag(found[1], found[2])) for found in ranges if found]
    weighed.sort(key=lambda each: -each[0])
    named = [asked] if asked else []
    return tuple(dict.fromkeys([*named, *(tag for weight, tag in weighed if weight > 0)]))


def best_variant(variants: Sequence[Variant], preferred: Sequence[str]) -> Variant:
    """Choose the text that suits best; the first one of the message where none does."""
    for wanted in preferred:
        exact = [each for each in variants if each.language == wanted]
        near = [each for each in variants if primary(each.language) == primary(wanted)]
        if exact or near:
            return (exact or near)[0]
    return variants[0]


def primary(tag: str) -> str:
    """The language of a tag, without its region."""
    return tag.partition("-")[0]


def _tag(language: str, region: str | None) -> str:
    return f"{language.lower()}-{region.upper()}" if region else language.lower()

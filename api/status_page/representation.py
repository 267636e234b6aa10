"""What the public is answered: the bytes, whether they are new to it, and what they may not do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Response

from holdfast.store.communications.reading import StatusPost

__all__ = ["Representation", "answered"]

_NOT_MODIFIED = 304
_FRESH_SECONDS = 15
_STALE_SECONDS = 86_400
"""For how long a cache may show what it has while this server does not answer."""

_SETTLED = timedelta(minutes=1)
"""What has changed within it may change once more under the same date (RFC 9110 8.8.2.2)."""

_TAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Representation:
    """A page or feed in one language, made of these posts; `style` may apply to it."""

    content: bytes
    media_type: str
    language: str
    posts: Sequence[StatusPost]
    style: str | None = None


def answered(
    made: Representation, asked: Mapping[str, str], now: datetime | None = None
) -> Response:
    """Answer with it, or that the caller has it already (RFC 9110 section 13).

    `asked` are the request's headers, by lower-case name.
    """
    modified = _modified(made.posts, now or datetime.now(UTC))
    headers = _headers(made, modified)
    if _has_it(asked, headers["ETag"], modified):
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    return Response(made.content, media_type=made.media_type, headers=headers)


def _headers(made: Representation, modified: datetime | None) -> dict[str, str]:
    style = f"'{made.style}'" if made.style else "'none'"
    policy = (
        f"default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    dated = {"Last-Modified": format_datetime(modified, usegmt=True)} if modified else {}
    return {
        "ETag": f'"{hashlib.sha256(made.content).hexdigest()[:32]}"',
        **dated,
        "Cache-Control": f"public, max-age={_FRESH_SECONDS}, stale-if-error={_STALE_SECONDS}",
        "Vary": "Accept-Language",
        "Content-Language": made.language,
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
    }


def _modified(posts: Sequence[StatusPost], now: datetime) -> datetime | None:
    """When it last changed, to the second; None while a later change could bear the same date."""
    changed = max((post.updated_at for post in posts), default=None)
    if changed is None or now - changed < _SETTLED:
        return None
    return changed.replace(microsecond=0) + timedelta(seconds=bool(changed.microsecond))


def _has_it(asked: Mapping[str, str], tag: str, modified: datetime | None) -> bool:
    if (tags := asked.get("if-none-match")) is not None:
        return tags.strip() == "*" or tag in _TAG.findall(tags)
    since = asked.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return modified <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        # No date, or one without a zone: as if nothing had been asked.
        return False

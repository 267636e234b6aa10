"""Local time by a rule that stands in the policy itself, not by the time zone data of a machine.

The data of the tz project change several times a year, differ between machines, and may be missing.
Who was in charge has to follow from the published bytes alone, on every machine and years later.
"""

from __future__ import annotations

import io
import struct
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints

__all__ = ["TimeZoneRule", "local_time"]


def _checked(rule: str) -> str:
    try:
        _zone(rule)
    except ValueError as error:
        message = f"'{rule}' is no POSIX time zone rule, such as CET-1CEST,M3.5.0,M10.5.0/3"
        raise ValueError(message) from error
    return rule


TimeZoneRule = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9<>+,./:-]+$", max_length=100),
    AfterValidator(_checked),
]
"""Offset from UTC and changes to summer time, as POSIX writes it (IEEE 1003.1-2024, 8.3, `TZ`)."""


def local_time(rule: str, at: datetime) -> datetime:
    """The time on the wall, aware, at an aware instant where that rule holds.

    Raises:
        ValueError: it is no such rule.
    """
    return at.astimezone(_zone(rule))


@lru_cache(maxsize=256)
def _zone(rule: str) -> tzinfo:
    """Let the standard library evaluate the rule: the footer of a TZif file (RFC 9636, 3.3)."""
    header = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    block = header + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    return ZoneInfo.from_file(io.BytesIO(block + block + b"\n" + rule.encode() + b"\n"))

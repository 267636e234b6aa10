"""Notices: how one workflow tells another that something has happened.

A notice is a signal that names an entry of the evidence, and nothing else. Anybody could send one,
so nothing in it is believed: an activity reads the entry, and what the evidence says counts.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.domain.events import Event
from holdfast.domain.values import Frozen, Identifier

__all__ = ["NOTICE_SIGNAL", "Notice", "NoticeRequest", "Noticed", "NoticesRead"]

NOTICE_SIGNAL = "notice"
"""The signal's name; it stands in histories, so it is never changed."""


class Notice(Frozen):
    """That there is an entry which concerns the workflow."""

    type: Literal["notice"] = "notice"
    entry: Identifier


class NoticeRequest(Frozen):
    """Which entries to read; only those of that chain are told."""

    chain: Identifier
    entries: tuple[Identifier, ...] = Field(max_length=1_000)


class Noticed(Frozen):
    """What another workflow has recorded: the entry's id, the workflow that wrote it, its event."""

    entry: Identifier
    workflow: Identifier
    event: Event


class NoticesRead(Frozen):
    """The entries that there are, in the order asked for."""

    noticed: tuple[Noticed, ...]

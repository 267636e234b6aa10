"""Channels: the ways out of the house. What they answer is all that Holdfast says of a delivery.

Everything here blocks and runs in a thread; it knows no database and no workflow.
"""

from __future__ import annotations

from holdfast.channels.channel import Channel, Channels, ChannelSession
from holdfast.channels.loading import load_channels
from holdfast.channels.outgoing import (
    Answer,
    AnswerOutcome,
    Attachment,
    Found,
    FoundState,
    Outgoing,
)

__all__ = [
    "Answer",
    "AnswerOutcome",
    "Attachment",
    "Channel",
    "ChannelSession",
    "Channels",
    "Found",
    "FoundState",
    "Outgoing",
    "load_channels",
]

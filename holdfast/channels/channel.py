"""A channel as the rest of Holdfast sees it, and all channels of an installation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Protocol

from holdfast.channels.outgoing import Answer, Found, Outgoing
from holdfast.domain.communication.kinds import Audience, ChannelKind

__all__ = ["Channel", "ChannelSession", "Channels"]


class ChannelSession(Protocol):
    """A channel that is being used, such as an open connection; by one thread at a time."""

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand over one message; what goes wrong is an answer, never an error."""


class Channel(Protocol):
    """One way out. It blocks, so it is used in a thread.

    `audiences` are those that it may serve (None: all); `attaches` says whether it carries
    attachments.
    """

    @property
    def name(self) -> str:
        """Its name in the configuration."""

    @property
    def kind(self) -> ChannelKind:
        """How it carries messages."""

    @property
    def audiences(self) -> frozenset[Audience] | None:
        """Whom it may serve; None: everybody."""

    @property
    def attaches(self) -> bool:
        """Whether it carries attachments."""

    def session(self) -> AbstractContextManager[ChannelSession]:
        """Use it for some messages; nothing is connected before the first."""

    def find(self, key: str, number: int) -> Found:
        """Look whether the message of that delivery and recipient was taken, as far as it can.

        Asked after a crash between the sending and the record of it. Whoever was sending may be
        cut off and not dead, and still send. So `NOT_TAKEN` may be answered only by a channel for
        which a repeat of the same key and number is the same message, also at the same time and
        from another process: it is sent again at once. Every other channel cannot tell.
        """


class Channels:
    """All channels of this installation, by name."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        """Take them; their names differ."""
        self._channels = {each.name: each for each in channels}

    @property
    def kinds(self) -> Mapping[str, ChannelKind]:
        """The kind of each, by name, in the order of the configuration."""
        return MappingProxyType({name: each.kind for name, each in self._channels.items()})

    def get(self, name: str) -> Channel | None:
        """The channel of that name; None where there is none."""
        return self._channels.get(name)

    def refusal(self, name: str, audience: Audience, *, attachments: bool = False) -> str | None:
        """Why that channel cannot carry a message to that audience; None where it can.

        `attachments`: whether the message has any.
        """
        channel = self._channels.get(name)
        if channel is None:
            known = ", ".join(self._channels) or "none"
            return f"there is no channel {name}; there are: {known}"
        if channel.audiences is not None and audience not in channel.audiences:
            served = ", ".join(sorted(channel.audiences))
            return f"the channel {name} serves {served} only, not {audience}"
        if attachments and not channel.attaches:
            return f"the channel {name} ({channel.kind}) carries no attachments"
        return None

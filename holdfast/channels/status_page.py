"""The status page: what is on it is what the evidence says was published, so nothing is sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from holdfast.channels.channel import ChannelSession
from holdfast.channels.configuration import StatusPageSettings
from holdfast.channels.outgoing import Answer, AnswerOutcome, Found, FoundState, Outgoing
from holdfast.domain.communication.kinds import Audience, ChannelKind

__all__ = ["StatusPageChannel", "StatusPageSession"]


class StatusPageChannel:
    """The feed that the API serves: it shows what is recorded as delivered to this channel."""

    kind = ChannelKind.STATUS_PAGE
    attaches = False

    def __init__(self, name: str, settings: StatusPageSettings) -> None:
        """Publish to whoever reads the page."""
        self.name = name
        self.audiences: frozenset[Audience] | None = settings.audiences

    @contextlib.contextmanager
    def session(self) -> Iterator[ChannelSession]:
        """Nothing has to be opened."""
        yield StatusPageSession()

    def find(self, key: str, number: int) -> Found:
        """Nothing can have been sent before it was recorded."""
        del key, number
        return Found(FoundState.NOT_TAKEN)


class StatusPageSession:
    """Takes everything: the record of it makes it public."""

    def send(self, outgoing: Outgoing) -> Answer:
        """Take it, however often."""
        return Answer(AnswerOutcome.TAKEN, channel_id=outgoing.message_id)

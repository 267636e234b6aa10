"""The channels that a draft may use: those that are there, and serve whom it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.store.communications.invalid_draft import InvalidDraft

__all__ = ["ChannelRefusal", "UsableChannels"]


class ChannelRefusal(Protocol):
    """How an installation's channels say what they do not carry."""

    def __call__(self, name: str, audience: Audience, *, attachments: bool) -> str | None:
        """Why a channel cannot carry a message to that audience; None where it can."""
        ...


@dataclass(frozen=True, slots=True)
class UsableChannels:
    """The channels of an installation, as a draft for one audience finds them."""

    kinds: Mapping[str, ChannelKind]
    refusal: ChannelRefusal
    audience: Audience
    attachments: bool

    def kind(self, name: str, place: str) -> ChannelKind:
        """The kind of a channel.

        Raises:
            InvalidDraft: there is no such channel, or it does not carry such a message.
        """
        kind = self.kinds.get(name)
        if kind is None:
            message = f"there is no channel '{name}'; there are {', '.join(self.kinds)}"
            raise InvalidDraft(message, place)
        if because := self._refusal(name):
            raise InvalidDraft(because, place)
        return kind

    def find(self, name: str | None) -> ChannelKind | None:
        """The kind of a channel; None where there is none, or it does not carry such a message."""
        if name is None or name not in self.kinds or self._refusal(name):
            return None
        return self.kinds[name]

    def _refusal(self, name: str) -> str | None:
        return self.refusal(name, self.audience, attachments=self.attachments)

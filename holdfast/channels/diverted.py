"""Where the messages of a drill go that must not leave the house: into a folder, one file each."""

from __future__ import annotations

from pathlib import Path

from holdfast.channels.channel import Channel, Channels
from holdfast.channels.configuration import FilesSettings
from holdfast.channels.files import FilesChannel
from holdfast.domain.communication.kinds import Audience, ChannelKind

__all__ = ["diverted_channels", "stays_here"]

_ADDRESSED_BY_SETTINGS = frozenset({ChannelKind.WEBHOOK, ChannelKind.APPRISE})


def stays_here(audience: Audience, channel: Channel, *, to_our_own: bool) -> bool:
    """Whether a drill's message to that audience, over that channel, must not leave.

    Everything for anybody outside stays, and every post on the public page. A message within the
    house leaves by mail if all its recipients are our own people (`to_our_own`), and by a channel
    that is addressed by its settings if that serves nobody outside.
    """
    if not audience.internal or channel.kind is ChannelKind.STATUS_PAGE:
        return True
    if channel.kind in _ADDRESSED_BY_SETTINGS:
        return channel.audiences is None or not all(each.internal for each in channel.audiences)
    return channel.kind.addressed and not to_our_own


def diverted_channels(channels: Channels, folder: Path) -> Channels:
    """A stand-in for each channel, of the same name, that writes into a folder of its own.

    None of the real channels can be reached through them.
    """
    settings = FilesSettings(kind="files")
    return Channels(FilesChannel(name, settings, folder / name) for name in channels.kinds)

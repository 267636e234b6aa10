"""A message exactly as it is handed to a channel, without handing it over.

The bytes are made by what makes them when it is sent, under the channel's settings as they are now.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.channels.channel import Channel
from holdfast.channels.mail import MailChannel
from holdfast.channels.mail_folder import MailFolderChannel
from holdfast.channels.outgoing import Outgoing
from holdfast.channels.webhook import WebhookChannel, webhook_payload
from holdfast.domain.communication.mail_addresses import wire_address

__all__ = ["UNDISCLOSED", "AsSent", "as_sent"]

UNDISCLOSED = "undisclosed-recipients:;"
"""What stands in the place of an address that is not shown (RFC 5322 section 3.4)."""


@dataclass(frozen=True, slots=True)
class AsSent:
    """The bytes, and of which media type they are."""

    media_type: str
    content: bytes


def as_sent(channel: Channel, outgoing: Outgoing) -> AsSent:
    """Write a message for a channel; without an address in `outgoing`, it names no recipient.

    Raises:
        ValueError: the address is none.
    """
    if isinstance(channel, MailChannel | MailFolderChannel):
        to = UNDISCLOSED if outgoing.address is None else wire_address(outgoing.address)
        return AsSent("message/rfc822", channel.writer().write(outgoing, to))
    if isinstance(channel, WebhookChannel):
        return AsSent("application/json", webhook_payload(outgoing))
    text = f"{outgoing.subject}\n\n{outgoing.body}\n"
    return AsSent("text/plain; charset=utf-8", text.encode())

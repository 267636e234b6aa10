"""Messages as they are handed to channels in tests."""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast.channels import Outgoing
from holdfast.domain.values import JsonObject, JsonValue, digest_of

__all__ = ["an_outgoing"]

_MESSAGE: JsonObject = {
    "key": "INC-2026-000001/communication-1/v1/0",
    "number": 0,
    "address": "anna@clients.test",
    "message_id": "INC-2026-000001/communication-1/v1",
    "digest": digest_of("the approved message"),
    "subject": "Störung der Echtzeitüberweisungen",
    "body": "Guten Tag,\n\nÜberweisungen dauern länger.\n.\nVeuillez réessayer à 14 h 30.",
    "language": "de",
    "attachments": (),
    "released_at": datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
    "incident": "INC-2026-000001",
    "purpose": "client_notice",
    "audience": "clients",
}


def an_outgoing(**changes: JsonValue) -> Outgoing:
    """A message to a client, with what the test changes of it."""
    return Outgoing(**{**_MESSAGE, **changes})

"""Signatures of webhooks between this installation and another system (Standard Webhooks 1.0.0).

Each direction has a secret of its own: what was sent out, sent back, proves nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from holdfast.channels.configuration import read_signing_secret
from holdfast.errors import NotAllowed, Unavailable

__all__ = ["TOLERANCE", "NotGenuine", "SecretsAway", "WebhookSecrets"]

TOLERANCE = timedelta(minutes=5)
"""How far the time of a webhook may be from ours, in both directions."""

_LARGEST_FILE = 16 * 1024
_LONGEST_ID = 200
_MOST_SECRETS = 5
_MOST_SIGNATURES = 10
_DIGITS = 12


class SecretsAway(Unavailable):
    """The secrets cannot be read here, or are none."""


class NotGenuine(NotAllowed):
    """It is not from whoever has the secret, or not of now; the message says which, in a word."""

    code = "webhook_not_genuine"


class WebhookSecrets:
    """The secrets of one direction, in a file: one a line, read at each use.

    The first line is the newest; each signs, and each is believed, so that one can be replaced
    without a gap.
    """

    def __init__(self, path: Path) -> None:
        """Read them from there."""
        self._path = path

    def sign(self, identity: str, at: datetime, content: bytes) -> dict[str, str]:
        """The headers of a webhook of that id.

        Raises:
            SecretsAway: the file cannot be read, or holds something else.
        """
        seconds = str(int(at.timestamp()))
        signatures = [_signature(key, identity, seconds, content) for key in self._read()]
        return {
            "webhook-id": identity,
            "webhook-timestamp": seconds,
            "webhook-signature": " ".join(f"v1,{_written(each)}" for each in signatures),
        }

    def verify(self, headers: Mapping[str, str], content: bytes, now: datetime) -> str:
        """Return the id of a webhook, whose bytes are those that arrived.

        Raises:
            NotGenuine: it is unsigned, forged or too far from `now`.
            SecretsAway: as `sign`.
        """
        identity = headers.get("webhook-id", "")
        seconds = headers.get("webhook-timestamp", "")
        signed = headers.get("webhook-signature", "")
        if not (identity and seconds and signed):
            message = "unsigned"
            raise NotGenuine(message)
        if not (identity.isascii() and identity.isprintable() and len(identity) <= _LONGEST_ID):
            message = "id"
            raise NotGenuine(message)
        if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= _DIGITS):
            message = "timestamp"
            raise NotGenuine(message)
        given = [_read_signature(each) for each in signed.split(" ")[:_MOST_SIGNATURES]]
        expected = [_signature(key, identity, seconds, content) for key in self._read()]
        # Every pair is compared, each in constant time: how long it takes says nothing of a match.
        alike = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in given]
        if True not in alike:
            message = "forged"
            raise NotGenuine(message)
        if abs(now.timestamp() - int(seconds)) > TOLERANCE.total_seconds():
            message = "too_old"
            raise NotGenuine(message)
        return identity

    def _read(self) -> list[bytes]:
        try:
            with self._path.open("rb") as file:
                content = file.read(_LARGEST_FILE + 1)
        except OSError as error:
            message = f"the webhook secrets in {self._path} cannot be read: {error.strerror}"
            raise SecretsAway(message) from None
        lines = [line.strip() for line in content.decode("ascii", "replace").splitlines()]
        wanted = [line for line in lines if line and not line.startswith("#")]
        try:
            if not wanted or len(wanted) > _MOST_SECRETS or len(content) > _LARGEST_FILE:
                raise ValueError  # noqa: TRY301 - said below, as for every other fault of it
            return [read_signing_secret(SecretStr(line)) for line in wanted]
        except ValueError:
            message = (
                f"{self._path} does not hold one to {_MOST_SECRETS} secrets, one a line:"
                " `whsec_` and 24 to 64 bytes in base64"
            )
            raise SecretsAway(message) from None


def _signature(key: bytes, identity: str, seconds: str, content: bytes) -> bytes:
    signed = f"{identity}.{seconds}.".encode() + content
    return hmac.new(key, signed, hashlib.sha256).digest()


def _written(signature: bytes) -> str:
    return base64.b64encode(signature).decode()


def _read_signature(text: str) -> bytes:
    version, _, value = text.partition(",")
    try:
        return base64.b64decode(value, validate=True) if version == "v1" else b""
    except (ValueError, binascii.Error):
        return b""

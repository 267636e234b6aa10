"""HMAC-SHA-256 (RFC 2104) over what a provider's link claims: who made it, and that it is whole.

API and worker hold the key. A link is `claims.code`, both in base64url without padding (RFC 4648
section 5); the code is over the very characters before the dot, so that a link has one form only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from enum import StrEnum
from pathlib import Path

from holdfast.domain.third_party.links import LinkClaims
from holdfast.errors import Refused
from holdfast.evidence.key_files import KEY_BYTES, create_key_file, read_key_file

__all__ = ["BadLink", "LinkFault", "VendorLinks", "create_vendor_key", "load_vendor_links"]

_DOMAIN = b"holdfast vendor link 1\n"
"""What nothing else that is ever signed with this key begins with."""

_CODE = re.compile(r"[A-Za-z0-9_-]{43}")
_BEGUN = re.compile(r"[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]{0,42})?")


class LinkFault(StrEnum):
    """Why a link is none of ours."""

    CUT = "cut"
    """What a mail program may leave of a link."""
    FORGED = "forged"
    """Everything else."""


class BadLink(Refused):
    """A link that was not made here as it is presented.

    `reason` is for the evidence and for us, so no message repeats it.
    """

    code = "bad_link"

    def __init__(self, reason: LinkFault) -> None:
        """Take why it is bad; neither that nor the link stands in the message."""
        super().__init__("this is no link that was made here")
        self.reason = reason


class VendorLinks:
    """Makes links, and reads those that it has made."""

    def __init__(self, key: bytes) -> None:
        """Sign with that key, of 32 bytes."""
        self._key = key

    def sign(self, claims: LinkClaims) -> str:
        """The link of these claims, at most 300 characters that fit a URL; always the same one."""
        text = _written(claims.content)
        return f"{text}.{self._code(text)}"

    def read(self, token: str) -> LinkClaims:
        """What a link claims that was made here; whether it has expired, the caller looks.

        Raises:
            BadLink: it was not made here, or not as it is presented: in any character another.
        """
        text, _, code = token.partition(".")
        if not _CODE.fullmatch(code):
            raise BadLink(LinkFault.CUT if _BEGUN.fullmatch(token) else LinkFault.FORGED)
        # Compared as text: of what decodes to the same bytes, only one form is the link.
        if not hmac.compare_digest(self._code(text).encode(), code.encode()):
            raise BadLink(LinkFault.FORGED)
        try:
            return LinkClaims.model_validate_json(_read(text))
        except ValueError as error:  # ours, and of another release
            raise BadLink(LinkFault.FORGED) from error

    def _code(self, text: str) -> str:
        signed = _DOMAIN + text.encode(errors="replace")
        return _written(hmac.new(self._key, signed, hashlib.sha256).digest())


def create_vendor_key(path: Path) -> None:
    """Create the key, readable by its owner only; what exists is kept.

    A new key ends every link that is under way.
    """
    create_key_file(path, secrets.token_bytes(KEY_BYTES))


def load_vendor_links(path: Path) -> VendorLinks:
    """Make and read links with the key in that file.

    Raises:
        Fatal: the file is not there, or does not hold 32 bytes.
    """
    return VendorLinks(read_key_file(path))


def _written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""Public keys as notes name them: a vkey is `<name>+<key id>+<base64>` (C2SP signed-note)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import ClassVar, Self

from holdfast.errors import InvalidInput
from holdfast.evidence.log.text_forms import read_base64

__all__ = ["KEY_ID_BYTES", "NotedKey"]

KEY_ID_BYTES = 4

_PUBLIC_BYTES = 32
_NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True, slots=True)
class NotedKey:
    """A name and a public key of 32 bytes; the type, a byte, says what its signatures are over."""

    name: str
    public: bytes

    type: ClassVar[bytes]
    whose: ClassVar[str]

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey.

        Raises:
            InvalidInput: it is none, or of another type.
        """
        name, _, rest = vkey.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            content = read_base64(encoded)
            key = cls(name, content[1:])
            formed = _NAME.fullmatch(name) and key.key_id.hex() == key_id
        except ValueError:
            raise cls._none() from None
        if not formed or content[:1] != cls.type or len(key.public) != _PUBLIC_BYTES:
            raise cls._none()
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        content = self.name.encode() + b"\n" + self.type + self.public
        return hashlib.sha256(content).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text."""
        encoded = base64.b64encode(self.type + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def _none(cls) -> InvalidInput:
        form = f"<name>+<key id>+<base64>, of type 0x{cls.type.hex()}"
        return InvalidInput(f"this is no verifier key {cls.whose}: {form}")

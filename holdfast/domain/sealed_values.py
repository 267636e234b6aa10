"""A sealed value: personal data that evidence keeps only as ciphertext.

The key belongs to one person and stands outside of evidence: once it is erased, nobody can read the
value, and every hash and proof holds as before (GDPR Art. 17; crypto-shredding).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from holdfast.domain.values import Frozen, Identifier

__all__ = ["SealedValue"]

_Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=20_000)]


class SealedValue(Frozen):
    """Text under AES-256-GCM (NIST SP 800-38D).

    `about` is the submission or attachment that brought it, `key` names the person's key; the
    associated data are `about`, a line break, and the field's name, so that a ciphertext cannot be
    moved to another place.
    """

    about: Identifier
    key: Identifier
    nonce: _Base64
    ciphertext: _Base64

"""Access tokens: `hf_{token id}_{secret}`, of whose secret the database keeps the SHA-256 only.

A secret has 256 bits of randomness, so one round of a fast hash is as good as a slow one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.roles import Role

__all__ = [
    "AccessTokens",
    "Caller",
    "NewToken",
    "hash_of_secret",
    "new_token",
    "split_token",
]

_SHAPE = re.compile(r"hf_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_SECRET_BYTES = 32
_REMEMBERED_SECONDS = 10.0
_MOST_REMEMBERED = 1_000
_NO_HASH = bytes(32)

_SELECT = text(
    "SELECT secret_hash, actor_id, roles FROM access.token"
    " WHERE token_id = :token_id AND revoked_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a pseudonym, and the roles that the token carries."""

    actor_id: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; its text is known now and never again."""

    token_id: str
    text: str
    secret_hash: bytes


def new_token() -> NewToken:
    """Make a token."""
    token_id, secret = secrets.token_hex(8), secrets.token_urlsafe(_SECRET_BYTES)
    return NewToken(token_id, f"hf_{token_id}_{secret}", hash_of_secret(secret))


def split_token(token: str) -> tuple[str, str] | None:
    """Return the id and the secret of a token, or None where the text has no such shape."""
    match = _SHAPE.fullmatch(token)
    return (match[1], match[2]) if match else None


def hash_of_secret(secret: str) -> bytes:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True)
class _Known:
    secret_hash: bytes
    caller: Caller | None
    until: float


class AccessTokens:
    """Looks tokens up; what it found holds for ten seconds, and so does a token just revoked."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Look up in that database."""
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._known: dict[str, _Known] = {}

    async def find(self, token: str) -> Caller | None:
        """Say who holds this token, or None."""
        parts = split_token(token)
        if parts is None:
            return None
        token_id, secret = parts
        known = self._known.get(token_id)
        if known is None or known.until < time.monotonic():
            known = await self._look_up(token_id)
        # Compared for an unknown id as well: how long an answer takes says nothing about ids.
        genuine = hmac.compare_digest(known.secret_hash, hash_of_secret(secret))
        return known.caller if genuine else None

    async def _look_up(self, token_id: str) -> _Known:
        async with self._engine.connect() as connection:
            row = (await connection.execute(_SELECT, {"token_id": token_id})).one_or_none()
        until = time.monotonic() + _REMEMBERED_SECONDS
        if row is None:
            # Not remembered: made-up ids would push the real ones out.
            return _Known(_NO_HASH, None, until)
        caller = Caller(row.actor_id, tuple(Role(role) for role in row.roles))
        known = _Known(bytes(row.secret_hash), caller, until)
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[token_id] = known
        return known

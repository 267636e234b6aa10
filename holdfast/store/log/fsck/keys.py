"""Whose signatures count: the keys that the log registered, each vouched for by the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from holdfast.domain.events import EventKind
from holdfast.errors import InvalidInput
from holdfast.evidence.check_report import FindingCode
from holdfast.evidence.log.note import VerifierKey, open_note
from holdfast.evidence.log.succession import names_successor
from holdfast.store.log.fsck.distrust import read_json
from holdfast.store.log.fsck.findings import Findings

__all__ = ["KnownKeys", "check_keys", "known_keys", "read_keys"]

_BEFORE_ANY_LEAF = -1

_KEYS = """
    SELECT k.vkey, coalesce(k.from_size, 0) AS from_size, k.rotation, r.kind, r.body
    FROM evidence.log_key k LEFT JOIN evidence.record r ON r.entry_id = k.rotation
    ORDER BY k.from_size, k.registered_at, k.vkey
"""


@dataclass(frozen=True, slots=True)
class _Registered:
    """A key as the log registered it; `before` is the key that has signed its name."""

    vkey: str
    key: VerifierKey | None
    from_size: int
    rotation: str | None
    before: VerifierKey | None


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """The keys given by whoever checks, and those that the log has registered, oldest first."""

    given: tuple[VerifierKey, ...]
    registered: tuple[_Registered, ...]

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """All keys whose signatures are looked at, each once; `check_keys` asks whose they are."""
        registered = [each.key for each in self.registered if each.key is not None]
        return tuple(dict.fromkeys([*self.given, *registered]))

    def has_registered(self, key: VerifierKey) -> bool:
        """Whether the log knows that this key signs."""
        return any(each.key == key for each in self.registered)

    def first_size_of(self, key: VerifierKey) -> int:
        """The log's size at which a key was registered: what it signed is larger."""
        sizes = [each.from_size for each in self.registered if each.key == key]
        return min(sizes, default=_BEFORE_ANY_LEAF)

    def trusted(self) -> set[VerifierKey]:
        """The keys that rotations connect with a given one, or, if none is, with the first."""
        found = set(self.given)
        if not found and self.registered and self.registered[0].key is not None:
            found.add(self.registered[0].key)
        links = [
            {each.key, each.before}
            for each in self.registered
            if each.key is not None and each.before is not None
        ]
        while grown := [link for link in links if link & found and link - found]:
            found.update(*grown)
        return found


async def read_keys(connection: asyncpg.Connection, given: Sequence[VerifierKey]) -> KnownKeys:
    """Read the registered keys, with the records that vouch for them."""
    return known_keys(await connection.fetch(_KEYS), given)


def known_keys(rows: Iterable[Mapping[str, Any]], given: Sequence[VerifierKey]) -> KnownKeys:
    """Take the rows of registered keys; one that is no key is kept, to be told."""
    registered = []
    for row in rows:
        key = _parsed(row["vkey"])
        before = None if key is None else _key_before(row["kind"], row["body"], key)
        known = _Registered(row["vkey"], key, row["from_size"], row["rotation"], before)
        registered.append(known)
    return KnownKeys(tuple(given), tuple(registered))


def check_keys(keys: KnownKeys, last_note: str | None, findings: Findings) -> None:
    """Check that rotations connect every registered key with one that is trusted.

    And that those that sign are registered: `last_note` is that of the last checkpoint.
    """
    for key in keys.given:
        if last_note is not None and _has_signed(key, last_note) and not keys.has_registered(key):
            words = f"the log key {key.vkey} signs, and the log has not registered it"
            findings.add(FindingCode.LOG_KEY, f"log key {key.vkey}", words)
    trusted = keys.trusted()
    own = {each.key for each in keys.registered}
    if keys.registered and own.isdisjoint(trusted) and None not in own:
        words = "no key that the log has registered is one that you trust, or was vouched for by it"
        findings.add(FindingCode.LOG_KEY, "log keys", words)
        return
    for each in keys.registered:
        name = f"log key {each.vkey[:120]}"
        if each.key is None:
            words = f"the {name} is no verifier key: it was changed"
            findings.add(FindingCode.LOG_KEY, name, words, record=each.rotation)
        elif each.key not in trusted:
            words = f"no key that is trusted has signed the name of the {name}"
            findings.add(FindingCode.LOG_KEY, name, words, record=each.rotation)


def _has_signed(key: VerifierKey, note: str) -> bool:
    try:
        return key in open_note(note, [key]).by
    except InvalidInput:
        return False


def _parsed(vkey: str) -> VerifierKey | None:
    try:
        return VerifierKey.parse(vkey)
    except InvalidInput:
        return None


def _key_before(kind: str | None, body: bytes | None, key: VerifierKey) -> VerifierKey | None:
    """Return the key that has signed this one's name, if a rotation's record holds that."""
    if kind != EventKind.LOG_KEY_ROTATED or body is None:
        return None
    try:
        payload = read_json(body)["payload"]
        before, vouched = _parsed(str(payload["old_key"])), str(payload["vouched"])
    except (ValueError, KeyError, TypeError):
        return None
    return before if before is not None and names_successor(vouched, before, key) else None

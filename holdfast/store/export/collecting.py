"""Collecting a bundle: a function of a manifest and of what is stored, and of nothing else.

So the same manifest gives the same contents again, except for what has become known or has been
disposed of or erased since: a timestamp that came later is in, content that went is out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.domain.values import rfc3339
from holdfast.errors import Fatal, NotFound, Unavailable
from holdfast.evidence.bundle.contents import (
    BundleContents,
    BundledArtifact,
    BundledErasure,
    BundledKey,
    BundledLogKey,
    BundledRecord,
    EarlierCheckpoint,
    Rotation,
    Withheld,
)
from holdfast.evidence.bundle.trust import trust_policy
from holdfast.evidence.entry import Entry
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.note import VerifierKey, open_note
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.export.bundled_artifacts import NamingRecord, artifacts_named
from holdfast.store.export.disclosed_lists import keys_of_lists
from holdfast.store.export.exporting import find_manifest, sealed_fields
from holdfast.store.log.checkpoints import (
    StoredCheckpoint,
    checkpoint_covering,
    checkpoint_of_size,
)
from holdfast.store.log.cosignatures import cosignatures_of, cosigned_note, timestamps_of
from holdfast.store.log.leaves import StoredLeaf, find_leaf, leaves_of_incident
from holdfast.store.log.log_keys import StoredLogKey, list_log_keys
from holdfast.store.log.proofs import consistency_proof, inclusion_proofs
from holdfast.store.people.erasures import list_erasures
from holdfast.store.people.personal_data import secrets_for

__all__ = ["collect"]

_BODIES = text("""
    SELECT incident_seq, kind, body FROM evidence.log_entry JOIN evidence.record USING (entry_id)
    WHERE log_entry.incident_id = :incident_id AND index < :size ORDER BY incident_seq
""")
_BODY = text("SELECT body FROM evidence.record WHERE entry_id = :entry_id")


@dataclass(frozen=True, slots=True)
class _Body:
    """A record's kind, which outlives its content, and its bytes unless they were disposed of."""

    kind: EventKind
    content: bytes | None


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an export is of: its manifest, the leaves up to it, and the first checkpoint of all."""

    manifest: Entry
    leaves: Sequence[StoredLeaf]
    checkpoint: StoredCheckpoint

    @property
    def redacted(self) -> frozenset[str]:
        """The kinds of records that are left out."""
        return frozenset(self.manifest.event.payload["withheld_kinds"])


async def collect(
    connection: AsyncConnection, manifest_id: str, keyring: KeyEncryptionKeys | None = None
) -> BundleContents:
    """Collect what goes into the bundle of a manifest, but for the content of artifacts.

    With `keyring`, an export that is to hold them gets the keys of sealed personal data. Whoever
    calls has recorded that.

    Raises:
        NotFound: there is no such export.
        Unavailable: its manifest is not published yet.
        Fatal: what is stored is not as it must be.
    """
    scope = await _scope(connection, manifest_id)
    bodies = await _bodies(connection, scope)
    cosignatures = await cosignatures_of(connection, scope.checkpoint.size)
    note = cosigned_note(scope.checkpoint.note, cosignatures)
    log_keys = [
        key
        for key in await list_log_keys(connection)
        # A key that came later signed nothing of this; it would change the bundle.
        if key.from_size < scope.checkpoint.size
    ]
    lists = await _lists(connection, scope)
    keys, erasures = await _personal_data(connection, scope, bodies, lists, keyring)
    disclosed = _released(scope, bodies, EventKind.PERSONAL_DATA_DISCLOSED, "key")
    artifacts = await artifacts_named(
        connection,
        scope.manifest.incident,
        _naming(scope, bodies),
        _released(scope, bodies, EventKind.ATTACHMENT_EXPORTED, "digest")
        | {digest for digest, key in lists.items() if key in disclosed},
    )
    return BundleContents(
        incident=scope.manifest.incident,
        origin=Checkpoint.parse(open_note(note, ()).text).origin,
        size=scope.checkpoint.size,
        checkpoint=note,
        signed_note=scope.checkpoint.note,
        policy=trust_policy(_signing(note, log_keys), [each.witness for each in cosignatures]),
        records=await _records(connection, scope, bodies, note),
        artifacts=artifacts,
        log_keys=[await _log_key(connection, key) for key in log_keys],
        earlier=await _earlier(connection, scope),
        timestamps=[each.token for each in await timestamps_of(connection, scope.checkpoint.size)],
        messages=await _messages(connection, scope, bodies, artifacts),
        keys=keys,
        erasures=erasures,
    )


async def _scope(connection: AsyncConnection, manifest_id: str) -> _Scope:
    manifest = await find_manifest(connection, manifest_id)
    leaf = await find_leaf(connection, manifest_id)
    checkpoint = None if leaf is None else await checkpoint_covering(connection, leaf.index)
    if leaf is None or checkpoint is None:
        message = f"{manifest_id} is recorded, but not in the log yet"
        raise Unavailable(message, part="sequencer", entry_id=manifest_id)
    leaves = await leaves_of_incident(connection, manifest.incident, leaf.index + 1)
    return _Scope(manifest, leaves, checkpoint)


async def _bodies(connection: AsyncConnection, scope: _Scope) -> list[_Body]:
    parameters = {"incident_id": scope.manifest.incident, "size": scope.leaves[-1].index + 1}
    rows = await connection.execute(_BODIES, parameters)
    return [
        _Body(EventKind(row.kind), None if row.body is None else bytes(row.body)) for row in rows
    ]


async def _records(
    connection: AsyncConnection, scope: _Scope, bodies: Sequence[_Body], note: str
) -> list[BundledRecord]:
    cosigned = StoredCheckpoint(
        scope.checkpoint.size, scope.checkpoint.root, note, scope.checkpoint.made_at
    )
    indexes = [leaf.index for leaf in scope.leaves]
    proofs = await inclusion_proofs(connection, indexes, cosigned)
    return [
        _record(leaf, proof.text, body, redacted=body.kind in scope.redacted)
        for leaf, proof, body in zip(scope.leaves, proofs, bodies, strict=True)
    ]


def _record(leaf: StoredLeaf, proof: str, body: _Body, *, redacted: bool) -> BundledRecord:
    content = bytes(leaf.leaf)
    if body.content is None:
        return BundledRecord(leaf.incident_seq, content, proof, None, Withheld.DISPOSED)
    if redacted:
        return BundledRecord(leaf.incident_seq, content, proof, None, Withheld.REDACTED)
    return BundledRecord(leaf.incident_seq, content, proof, body.content)


def _naming(scope: _Scope, bodies: Sequence[_Body]) -> list[NamingRecord]:
    return [
        NamingRecord(
            leaf.incident_seq, body.kind, body.content, redacted=body.kind in scope.redacted
        )
        for leaf, body in zip(scope.leaves, bodies, strict=True)
        if body.content is not None
    ]


def _released(scope: _Scope, bodies: Sequence[_Body], kind: EventKind, member: str) -> set[str]:
    """Return what is on record to go out with this export: nothing else does.

    What came in while the export was being recorded may stand before the manifest in the log.
    """
    payloads = (json.loads(b.content)["payload"] for b in bodies if b.kind is kind and b.content)
    export = scope.manifest.workflow
    return {payload[member] for payload in payloads if payload.get("export") == export}


def _signing(note: str, log_keys: Sequence[StoredLogKey]) -> list[str]:
    """Return those of the keys that have signed the checkpoint, which is verified in passing."""
    opened = open_note(note, [VerifierKey.parse(key.vkey) for key in log_keys])
    if not opened.by:
        message = "no key that the log is known to have had has signed this checkpoint"
        raise Fatal(message)
    return [key.vkey for key in opened.by]


async def _log_key(connection: AsyncConnection, key: StoredLogKey) -> BundledLogKey:
    if key.rotation is None:
        return BundledLogKey(key.vkey, key.from_size, None)
    leaf = await find_leaf(connection, key.rotation)
    body = (await connection.execute(_BODY, {"entry_id": key.rotation})).scalar_one_or_none()
    checkpoint = None if leaf is None else await checkpoint_covering(connection, leaf.index)
    if leaf is None or body is None or checkpoint is None:
        message = f"{key.rotation}, which vouches for {key.vkey}, is not in the log"
        raise NotFound(message, entry_id=key.rotation)
    # The first checkpoint over that record: the key before has signed it.
    proofs = await inclusion_proofs(connection, [leaf.index], checkpoint)
    rotation = Rotation(bytes(body), bytes(leaf.leaf), proofs[0].text)
    return BundledLogKey(key.vkey, key.from_size, rotation)


async def _earlier(connection: AsyncConnection, scope: _Scope) -> EarlierCheckpoint | None:
    size = scope.manifest.event.payload["previous_size"]
    if size is None:
        return None
    earlier = await checkpoint_of_size(connection, size)
    hashes = await consistency_proof(connection, earlier, scope.checkpoint)
    return EarlierCheckpoint(earlier.size, earlier.note, tuple(hashes))


async def _messages(
    connection: AsyncConnection,
    scope: _Scope,
    bodies: Sequence[_Body],
    artifacts: Sequence[BundledArtifact],
) -> dict[str, bytes]:
    """Read the messages that have left, by digest, as far as they go out."""
    there = {artifact.digest for artifact in artifacts if artifact.withheld is None}
    left = {
        json.loads(body.content)["payload"]["message"]
        for body in bodies
        if body.kind is EventKind.COMMUNICATION_RELEASED
        and body.content
        and body.kind not in scope.redacted
    }
    return {digest: await fetch_artifact(connection, digest) for digest in sorted(left & there)}


async def _lists(connection: AsyncConnection, scope: _Scope) -> dict[str, str]:
    """Return the keys' names of the lists of recipients that may go out, by the lists' digests."""
    if not scope.manifest.event.payload.get("personal_data"):
        return {}
    return await keys_of_lists(connection, scope.manifest.incident, scope.redacted)


async def _personal_data(
    connection: AsyncConnection,
    scope: _Scope,
    bodies: Sequence[_Body],
    lists: Mapping[str, str],
    keyring: KeyEncryptionKeys | None,
) -> tuple[list[BundledKey], list[BundledErasure]]:
    sealed = [
        json.loads(body.content).get("sealed", {})
        for body in bodies
        if body.kind not in scope.redacted and body.content and b'"sealed":' in body.content
    ]
    named = {*sealed_fields(sealed), *lists.values()}
    asked = named & _released(scope, bodies, EventKind.PERSONAL_DATA_DISCLOSED, "key")
    secrets = {} if keyring is None else await secrets_for(connection, keyring, asked)
    keys = [BundledKey(name, secret) for name, secret in sorted(secrets.items())]
    erasures = [
        BundledErasure(key, rfc3339(erased_at), entry_id)
        for key, erased_at, entry_id in await list_erasures(connection, named)
        # Of what was erased since, only who was to get the key is told: it is missing there.
        if key in asked or await _is_covered(connection, entry_id, scope.checkpoint)
    ]
    return keys, erasures


async def _is_covered(
    connection: AsyncConnection, entry_id: str, checkpoint: StoredCheckpoint
) -> bool:
    leaf = await find_leaf(connection, entry_id)
    return leaf is not None and leaf.index < checkpoint.size

"""Bundles of evidence as tests need them, made from the formats alone, without any platform."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import cycle, islice
from pathlib import Path

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.policies import APPROVAL_MATRIX
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import JsonObject, JsonValue, canonical_json, rfc3339
from holdfast.evidence.bundle import verify_evidence
from holdfast.evidence.entry import Entry, entry_bytes, entry_id
from holdfast.evidence.log.leaf import EVIDENCE_LOG
from holdfast.evidence.log.merkle import consistency_spans
from holdfast.evidence.log.succession import name_successor
from tests.log_in_memory import (
    INCIDENT,
    NEXT_SIGNER,
    ORIGIN,
    SIGNER,
    Edit,
    LogInMemory,
    cosignature,
    timestamp,
    witness_vkey,
)
from tests.rulebook import POLICIES
from tests.statements import NOON
from tests.walk import Walk

Files = dict[str, bytes]


@dataclass(frozen=True)
class Plan:
    """What a bundle has; the edits are made before anything is hashed, as only the log could."""

    records: int = 12
    withheld: Mapping[int, str] = field(default_factory=dict)
    previous: bool = False
    rotated: bool = False
    vouches: Mapping[str, str] = field(default_factory=dict)
    witnessed: bool = False
    stamped: bool = False
    personal: bool = False
    record_edits: Mapping[int, Edit] = field(default_factory=dict)
    leaf_edits: Mapping[int, Edit] = field(default_factory=dict)


EVERYTHING = Plan(
    withheld={3: "redacted", 5: "disposed"},
    previous=True,
    rotated=True,
    witnessed=True,
    stamped=True,
    personal=True,
)


class MemoryFiles(verify_evidence.BundleFiles):
    """A bundle in memory, for the verifier."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Use these files."""
        super().__init__([(name, len(content)) for name, content in files.items()])
        self._files = files

    def content_of(self, name: str) -> bytes:
        """Return the bytes."""
        return self._files[name]


@cache
def _walked() -> Sequence[Event]:
    walk = Walk()
    walk.to_closed()
    return walk.events


def events(count: int, *, personal: bool = False) -> list[Event]:
    """The events of an incident walked through the rules, over and over up to that number."""
    chosen = list(islice(cycle(_walked()), count))
    if personal:
        sealed = SealedValue(
            about="submission:s1",
            key="key-1",
            nonce=base64.b64encode(bytes(12)).decode(),
            ciphertext=base64.b64encode(bytes(40)).decode(),
        )
        chosen[1] = chosen[1].model_copy(update={"sealed": {"name": sealed}})
        chosen[2] = Event(
            kind=EventKind.PERSONAL_DATA_ERASED,
            subject=Subject(type="subject_key", id="key-1"),
            payload={"key": "key-1"},
        )
    return chosen


def body_of(event: Event, number: int, chain: str = INCIDENT) -> tuple[str, bytes]:
    """The id and the bytes of the entry that an event becomes."""
    workflow = f"incident/{chain}"
    entry = Entry(
        id=entry_id(workflow, number),
        incident=chain,
        workflow=workflow,
        sequence=number,
        occurred_at=NOON,
        event=event,
        nonce=f"{number:032x}",
    )
    return entry.id, entry_bytes(entry)


def changed(**members: JsonValue) -> Edit:
    """An edit that sets members of a JSON object, and leaves it canonical."""
    return lambda body: canonical_json({**json.loads(body), **members})


def good_bundle(plan: Plan = Plan()) -> Files:
    """A bundle that holds, unless the plan's edits see to it that it does not."""
    log, bodies = LogInMemory(), list[bytes]()
    rotation = b"", 0
    for number, event in enumerate(events(plan.records, personal=plan.personal)):
        log.add_others()
        _add(log, plan, bodies, event)
        if plan.rotated and number == plan.records // 2:
            rotation = _rotate(log, plan)
    _add(log, plan, bodies, _manifest(log, plan))
    log.add_others()
    files = _evidence(plan, log, bodies)
    files |= _rotation(log, *rotation) if plan.rotated else {}
    return listed(files)


def _add(log: LogInMemory, plan: Plan, bodies: list[bytes], event: Event) -> None:
    number = len(bodies)
    name, body = body_of(event, number)
    if edit := plan.record_edits.get(number):
        body = edit(body)
    bodies.append(body)
    log.add(INCIDENT, name, body, plan.leaf_edits.get(number))


def _rotate(log: LogInMemory, plan: Plan) -> tuple[bytes, int]:
    keys = {
        "old_key": SIGNER.verifier.vkey,
        "new_key": NEXT_SIGNER.verifier.vkey,
        "vouched": name_successor(SIGNER, NEXT_SIGNER.verifier),
    }
    event = Event(
        kind=EventKind.LOG_KEY_ROTATED,
        subject=Subject(type="log_key", id="key-2"),
        payload={**keys, **plan.vouches},
    )
    name, body = body_of(event, 0, EVIDENCE_LOG)
    log.add(EVIDENCE_LOG, name, body)
    return body, len(log.leaves)


def _rotation(log: LogInMemory, body: bytes, size: int) -> Files:
    tiles = log.tiles()
    note = log.checkpoint(tiles, size).signed([SIGNER])
    return {
        "rotations/1.json": body,
        "rotations/1.leaf.json": log.leaves[size - 1],
        "rotations/1.tlog-proof": log.proof(tiles, size - 1, size, note),
    }


def _manifest(log: LogInMemory, plan: Plan) -> Event:
    payload: JsonObject = {
        "count": plan.records,
        "last_leaf": log.heads[INCIDENT][1].hex() if plan.records else None,
        "as_of_size": len(log.leaves),
        "purpose": "test",
        "withheld_kinds": [],
    }
    subject = Subject(type="export", id="export-1")
    return Event(kind=EventKind.EVIDENCE_EXPORTED, subject=subject, payload=payload)


def _evidence(plan: Plan, log: LogInMemory, bodies: Sequence[bytes]) -> Files:
    tiles, size = log.tiles(), len(log.leaves)
    signer = NEXT_SIGNER if plan.rotated else SIGNER
    checkpoint = log.checkpoint(tiles, size)
    note = checkpoint.signed([signer]) + (cosignature(checkpoint.text) if plan.witnessed else "")
    files = {"README.txt": b"Read me.\n", "index.html": b"<p>", "checkpoint": note.encode()}
    for seq, (at, body) in enumerate(zip(log.places[INCIDENT], bodies, strict=True)):
        files[f"leaves/{seq:06d}.json"] = log.leaves[at]
        files[f"proofs/{seq:06d}.tlog-proof"] = log.proof(tiles, at, size, note)
        if seq not in plan.withheld:
            files[f"records/{seq:06d}.json"] = body
    previous = size // 2 if plan.previous else None
    files["bundle.json"] = canonical_json(
        {
            "format": "holdfast-bundle",
            "v": 1,
            "incident": INCIDENT,
            "origin": ORIGIN,
            "size": size,
            "manifest": len(bodies) - 1,
            "count": len(bodies),
            "withheld": [{"seq": seq, "reason": plan.withheld[seq]} for seq in plan.withheld],
            "previous_size": previous,
        }
    )
    if previous is not None:
        files["checkpoint.previous"] = log.checkpoint(tiles, previous).signed([signer]).encode()
        hashes = (tiles.root(span) for span in consistency_spans(previous, size))
        files["consistency"] = b"".join(base64.b64encode(each) + b"\n" for each in hashes)
    return files | _keys(plan) | _artifacts(files) | _extras(plan, note, size)


def _keys(plan: Plan) -> Files:
    keys = [{"vkey": SIGNER.verifier.vkey, "from_size": 0, "rotation": None}]
    policy = f"log {SIGNER.verifier.vkey}\n"
    if plan.rotated:
        keys += [{"vkey": NEXT_SIGNER.verifier.vkey, "from_size": 9, "rotation": "1"}]
        policy = f"log {NEXT_SIGNER.verifier.vkey}\n"
    if plan.witnessed:
        policy += f"witness one {witness_vkey()}\ngroup all-of-them all one\nquorum all-of-them\n"
    return {"log-keys.json": canonical_json(keys), "policy": policy.encode()}


def _artifacts(files: Files) -> Files:
    """The policies that the records rely on; one of them is withheld."""
    contents = {p.pin.digest: p.content.encode() for p in POLICIES.values()}
    records = {int(n[8:14]): c for n, c in files.items() if n.startswith("records/")}
    rows, artifacts = list[JsonValue](), Files()
    for digest, content in sorted(contents.items()):
        if named_by := [seq for seq, body in sorted(records.items()) if digest.encode() in body]:
            withheld = "confidential" if digest == POLICIES[APPROVAL_MATRIX].pin.digest else None
            row = {"digest": digest, "media_type": "application/json", "size": len(content)}
            rows.append({**row, "named_by": named_by, "withheld": withheld})
            if not withheld:
                artifacts[f"artifacts/{digest[7:]}"] = content
    return {"artifacts.json": canonical_json(rows), **artifacts}


def _extras(plan: Plan, note: str, size: int) -> Files:
    erasure = {"key": "key-1", "erased_at": rfc3339(NOON), "record": f"incident/{INCIDENT}#2"}
    files = {"erasures.json": canonical_json([erasure] if plan.personal else [])}
    if plan.stamped:
        files[f"timestamps/{size}-1.tsr"] = timestamp(note.encode())
    return files


def verified(
    files: Mapping[str, bytes], *vkeys: str, kept: bytes | None = None
) -> verify_evidence.Report:
    """What the verifier finds, in this process."""
    given = [verify_evidence.VerifierKey.parse(vkey) for vkey in vkeys]
    return verify_evidence.verify_bundle(MemoryFiles(files), given, kept)


def listed(files: Mapping[str, bytes]) -> Files:
    """The same files with a files.json that fits them, as a careful forger would leave them."""
    others = {name: content for name, content in files.items() if name != "files.json"}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}
    return {**others, "files.json": canonical_json(digests)}


def write_folder(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write the bundle as a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The bundle as an archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        for name in sorted(files):
            members.writestr(zipfile.ZipInfo(name), files[name])
    return archive.getvalue()

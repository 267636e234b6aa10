"""Contents of bundles made up for tests: a real tree, real proofs and signatures, fixed bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.evidence.bundle.contents import (
    BundleContents,
    BundledArtifact,
    BundledLogKey,
    BundledRecord,
    Withheld,
)
from holdfast.evidence.bundle.trust import trust_policy
from holdfast.evidence.entry import Entry, entry_bytes, entry_id
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.leaf import Leaf
from holdfast.evidence.log.merkle import inclusion_spans, leaf_hash, root_of
from holdfast.evidence.log.note import NoteSigner
from holdfast.evidence.log.proof_file import InclusionProof
from tests.rulebook import POLICIES, THIRD_PARTY_POLICY
from tests.statements import COMPLIANCE, NOON, ROBIN
from tests.walk import Walk

__all__ = [
    "INCIDENT",
    "ORIGIN",
    "SIGNER",
    "bundle_of",
    "manifest_event",
    "told_events",
    "walked_events",
]

INCIDENT = "INC-2026-000001"
ORIGIN = "bank.example/dora/evidence/main"
SIGNER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))

_BEFORE = 5
"""Leaves of other incidents before ours."""

_RULES = {policy.pin.digest: policy for policy in (*POLICIES.values(), THIRD_PARTY_POLICY)}


def walked_events() -> list[Event]:
    """What happens in an incident from its report to its closure."""
    walk = Walk(INCIDENT)
    walk.to_closed()
    return walk.events


def manifest_event(**changes: object) -> Event:
    """The event of an export; `changes` are members of its payload."""
    payload: dict[str, object] = {
        "count": 0,
        "last_leaf": None,
        "as_of_size": 0,
        "purpose": "the annual audit",
        "withheld_kinds": [],
        "previous_size": None,
        "personal_data": False,
        "operator": None,
    }
    return Event(
        kind=EventKind.EVIDENCE_EXPORTED,
        subject=Subject(type="incident", id=INCIDENT),
        actor=COMPLIANCE,
        payload=payload | changes,
    )


def bundle_of(
    events: Sequence[Event | Entry], withheld: Collection[EventKind] = ()
) -> tuple[BundleContents, dict[str, bytes]]:
    """Make the contents of a bundle of these events and their manifest, and artifacts' content.

    An event becomes an entry of the incident's workflow; what is an entry already stays as it is.
    """
    leaves = [f"another leaf {number}".encode() for number in range(_BEFORE)]
    bodies: list[bytes] = []
    ours: list[Leaf] = []
    told = [
        event if isinstance(event, Entry) else _entry(f"incident/{INCIDENT}", number, event)
        for number, event in enumerate(events)
    ]
    for entry in told:
        _add(ours, bodies, entry)
    last = ours[-1].hash.hex() if ours else None
    counted: dict[str, object] = {
        "count": len(ours),
        "last_leaf": last,
        "as_of_size": _BEFORE + len(ours),
    }
    names = sorted(str(kind) for kind in withheld)
    manifest = manifest_event(**counted, withheld_kinds=names)
    _add(ours, bodies, _entry("export/5b0f4f7e", 0, manifest))
    leaves += [leaf.content for leaf in ours]
    records = _records(leaves, ours, bodies)
    kinds = [*(entry.event.kind for entry in told), EventKind.EVIDENCE_EXPORTED]
    records = [
        replace(record, body=None, withheld=Withheld.REDACTED) if kind in withheld else record
        for record, kind in zip(records, kinds, strict=True)
    ]
    artifacts = _policies(records)
    note = _checkpoint(leaves).signed([SIGNER])
    contents = BundleContents(
        incident=INCIDENT,
        origin=ORIGIN,
        size=len(leaves),
        checkpoint=note,
        signed_note=note,
        policy=trust_policy([SIGNER.verifier.vkey], []),
        records=records,
        artifacts=artifacts,
        log_keys=[BundledLogKey(SIGNER.verifier.vkey, 0, None)],
    )
    return contents, {
        f"sha256:{hashlib.sha256(policy.content.encode()).hexdigest()}": policy.content.encode()
        for policy in _RULES.values()
    }


def _entry(workflow: str, number: int, event: Event) -> Entry:
    return Entry(
        id=entry_id(workflow, number),
        incident=INCIDENT,
        workflow=workflow,
        sequence=number,
        occurred_at=NOON + timedelta(minutes=number),
        event=event,
        nonce=f"{number:032x}",
    )


def _add(leaves: list[Leaf], bodies: list[bytes], entry: Entry) -> None:
    body = entry_bytes(entry)
    seq = len(leaves)
    at = datetime(2026, 3, 4, 12, 0, 1, tzinfo=UTC) + timedelta(minutes=seq)
    leaf = Leaf(
        index=_BEFORE + seq,
        at=rfc3339(at),
        incident=INCIDENT,
        incident_seq=seq,
        incident_prev=leaves[-1].hash.hex() if leaves else None,
        record=entry.id,
        sha256=hashlib.sha256(body).hexdigest(),
    )
    leaves.append(leaf)
    bodies.append(body)


def _checkpoint(leaves: Sequence[bytes]) -> Checkpoint:
    return Checkpoint(ORIGIN, len(leaves), root_of([leaf_hash(leaf) for leaf in leaves]))


def _records(
    leaves: Sequence[bytes], ours: Sequence[Leaf], bodies: Sequence[bytes]
) -> list[BundledRecord]:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    note = _checkpoint(leaves).signed([SIGNER])
    return [
        BundledRecord(
            seq=leaf.incident_seq,
            leaf=leaf.content,
            proof=InclusionProof(
                leaf.index,
                tuple(
                    root_of(hashes[first:end])
                    for first, end in inclusion_spans(leaf.index, len(leaves))
                ),
                note,
            ).text,
            body=body,
        )
        for leaf, body in zip(ours, bodies, strict=True)
    ]


def _policies(records: Sequence[BundledRecord]) -> list[BundledArtifact]:
    found = []
    for policy in _RULES.values():
        content = policy.content.encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        named_by = tuple(r.seq for r in records if r.body and digest.encode() in r.body)
        if named_by:
            found.append(BundledArtifact(digest, "application/json", len(content), named_by))
    return sorted(found, key=lambda artifact: artifact.digest)


def told_events(text: str) -> list[Event]:
    """Events in which that text stands wherever people may write one."""
    asked = Subject(type="decision", id="incident.confirmation-1")
    incident = Subject(type="incident", id=INCIDENT)
    opened: JsonObject = {"title": text, "description": text, "origin": "human", "alerts": None}
    opened |= {"aware_at": rfc3339(NOON), "services": [text], "policies": []}
    question: JsonObject = {"question": text, "roles": ["responder"], "due_at": rfc3339(NOON)}
    answer: JsonObject = {"option": text, "rationale": text, "exception_code": text}
    file: JsonObject = {
        "description": text,
        "media_type": text,
        "size": 7,
        "collected_at": rfc3339(NOON),
    }
    milestone: JsonObject = {"milestone": "contained", "statement": text}
    told = [
        (EventKind.INCIDENT_OPENED, incident, opened),
        (EventKind.DECISION_REQUESTED, asked, question),
        (EventKind.DECISION_ANSWERED, asked, answer | {"agreeing": 1, "quorum": 1}),
        (
            EventKind.ATTACHMENT_COLLECTED,
            Subject(type="attachment", id="att-1"),
            file | {"digest": f"sha256:{'0' * 64}"},
        ),
        (EventKind.MILESTONE_REACHED, incident, milestone),
    ]
    return [
        Event(kind=kind, subject=subject, actor=ROBIN, payload=payload)
        for kind, subject, payload in told
    ]

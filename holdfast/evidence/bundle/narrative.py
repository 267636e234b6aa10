"""What the records of a bundle say, put in order for people: timeline, decisions, rules, files.

Derived from the records alone, so that whoever doubts the page or the PDF can read the same there.
Three times are kept apart: when it happened, as its writer says; when the log took it in; and what
people claim, which stays in the sentences.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.domain.events import Event, EventKind, PolicyPin, Subject
from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import JsonObject
from holdfast.evidence.bundle.contents import BundleContents, BundledRecord, Withheld
from holdfast.evidence.bundle.correspondence import Communication, correspondence
from holdfast.evidence.bundle.decided import Decision, decisions
from holdfast.evidence.bundle.people_in_words import whose
from holdfast.evidence.bundle.playbooks import ToldPlay, told_plays
from holdfast.evidence.bundle.recovery import ToldRecovery, told_recovery
from holdfast.evidence.bundle.remediation import ToldTask, told_tasks
from holdfast.evidence.bundle.reporting import told_reportings
from holdfast.evidence.bundle.review import told_review
from holdfast.evidence.bundle.third_parties import told_escalations
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.sheet import Section
from holdfast.evidence.sentences import sentence

__all__ = [
    "AttachedFile",
    "Decision",
    "Line",
    "NamedPolicy",
    "Narrative",
    "narrate",
]


@dataclass(frozen=True, slots=True)
class Line:
    """One record in words; of one that is withheld, what its leaf says. Times are RFC 3339."""

    seq: int
    record: str
    sha256: str
    sequenced_at: str
    withheld: Withheld | None = None
    occurred_at: str = ""
    kind: str = ""
    role: str = ""
    actor: str = ""
    sentence: str = ""
    policy: str = ""
    sealed: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """Role and pseudonym in one text; the system is nobody else."""
        return whose(self.role, self.actor)


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A version of a rule that records were judged by."""

    name: str
    version: str
    digest: str
    withheld: Withheld | None


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that was taken in, by whom and when."""

    attachment: str
    description: str
    media_type: str
    size: int
    digest: str
    collected_at: str
    role: str
    actor: str
    withheld: Withheld | None


@dataclass(frozen=True, slots=True)
class Narrative:
    """An incident as its bundle tells it. What nothing here says is an empty text."""

    title: str
    services: Sequence[str]
    aware_at: str
    opened_at: str
    severity: str
    classified: str
    state: str
    lines: Sequence[Line]
    decisions: Sequence[Decision]
    policies: Sequence[NamedPolicy]
    attachments: Sequence[AttachedFile]
    communications: Sequence[Communication]
    third_parties: Sequence[OversightFile]
    plays: Sequence[ToldPlay]
    recovery: ToldRecovery
    review: Sequence[Section]
    tasks: Sequence[ToldTask]
    exported: Line
    purpose: str
    exported_by: str
    drill: bool = False
    reportings: Sequence[Section] = ()

    @property
    def withheld(self) -> Sequence[Line]:
        """The records whose bytes are not here."""
        return [line for line in self.lines if line.withheld is not None]


def narrate(contents: BundleContents) -> Narrative:
    """Tell what the records say.

    Raises:
        ValueError: the manifest is not among them.
    """
    read = [_read(record) for record in contents.records]
    entries = [entry for _, entry in read if entry is not None]
    manifest = read[-1][1]
    if manifest is None or manifest.event.kind is not EventKind.EVIDENCE_EXPORTED:
        message = "the last record of a bundle is its manifest, and is never withheld"
        raise ValueError(message)
    opened = _last(entries[:1], EventKind.INCIDENT_OPENED)
    payload = opened.event.payload if opened else {}
    here = {artifact.digest: artifact.withheld for artifact in contents.artifacts}
    actor = manifest.event.actor
    happened = [(entry.occurred_at, entry.event) for entry in entries]
    return Narrative(
        title=payload.get("title", ""),
        services=payload.get("services", ()),
        aware_at=payload.get("aware_at", ""),
        opened_at=opened.occurred_at if opened else "",
        severity=_severity(entries),
        classified=_classified(entries),
        state=_state(entries),
        lines=[line for line, _ in read],
        decisions=decisions(happened),
        policies=_policies(entries, here),
        attachments=_attachments(entries, here),
        communications=correspondence(happened, here, contents.messages),
        plays=told_plays(happened),
        recovery=told_recovery(happened),
        third_parties=told_escalations(contents.records, [line.kind for line, _ in read]),
        review=told_review(contents.records, [line.kind for line, _ in read]),
        tasks=told_tasks(happened),
        exported=read[-1][0],
        purpose=manifest.event.payload["purpose"],
        exported_by=manifest.event.payload.get("operator") or whose(actor.role, actor.id),
        drill=any(_of_drill(entry.event) for entry in entries),
        reportings=told_reportings(happened),
    )


def _of_drill(event: Event) -> bool:
    """Whether only a drill has such a record: any of them is enough, if others are withheld."""
    if event.kind is EventKind.INCIDENT_OPENED:
        return event.payload.get("drill") is not None
    return event.kind in {EventKind.DRILL_INJECTED, EventKind.DRILL_SCORED}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record that is here: when it happened, and what."""

    occurred_at: str
    event: Event


def _read(record: BundledRecord) -> tuple[Line, _Entry | None]:
    leaf = json.loads(record.leaf)
    of_leaf = (record.seq, leaf["record"], leaf["sha256"], leaf["at"])
    if record.body is None:
        return Line(*of_leaf, withheld=record.withheld), None
    document = json.loads(record.body)
    event = _event(document)
    line = Line(
        *of_leaf,
        occurred_at=document["occurred_at"],
        kind=str(event.kind),
        role=str(event.actor.role),
        actor=event.actor.id,
        sentence=sentence(event),
        policy=f"{event.policy.name} {event.policy.version}" if event.policy else "",
        sealed=tuple(sorted(document.get("sealed", ()))),
    )
    return line, _Entry(document["occurred_at"], event)


def _event(document: JsonObject) -> Event:
    """Take the event out of a record. It was validated when it was written; thousands are read.

    Nothing is left to defaults: looking for them takes as long as all the rest.
    """
    pin, actor = document["policy"], document["actor"]
    return Event.model_construct(
        kind=EventKind(document["kind"]),
        subject=Subject.model_construct(**document["subject"]),
        actor=Actor.model_construct(id=actor["id"], role=Role(actor["role"])),
        payload=document["payload"],
        policy=PolicyPin.model_construct(**pin) if pin else None,
        causes=(),
        answers=None,
        sealed={},
    )


def _last(entries: Iterable[_Entry], *kinds: EventKind) -> _Entry | None:
    found = [entry for entry in entries if entry.event.kind in kinds]
    return found[-1] if found else None


def _severity(entries: Sequence[_Entry]) -> str:
    assigned = _last(entries, EventKind.SEVERITY_ASSIGNED)
    return str(assigned.event.payload["severity"]) if assigned else ""


def _classified(entries: Sequence[_Entry]) -> str:
    decided = _last(entries, EventKind.CLASSIFICATION_DECIDED)
    if decided is None:
        return ""
    return "major" if decided.event.payload["major"] else "not major"


def _state(entries: Sequence[_Entry]) -> str:
    last = _last(entries, EventKind.PHASE_ENTERED, EventKind.INCIDENT_CLOSED)
    if last is None:
        return ""
    if last.event.kind is EventKind.INCIDENT_CLOSED:
        return f"closed: {last.event.payload['outcome']}".replace("_", " ")
    return str(last.event.payload["phase"])


def _policies(entries: Iterable[_Entry], here: dict[str, Withheld | None]) -> list[NamedPolicy]:
    found: dict[str, NamedPolicy] = {}
    for entry in entries:
        pins = [entry.event.policy.model_dump()] if entry.event.policy else []
        if entry.event.kind in {EventKind.INCIDENT_OPENED, EventKind.POLICY_REPINNED}:
            pins = [*entry.event.payload.get("policies", ()), *pins]
        for pin in pins:
            withheld = here.get(pin["digest"], Withheld.MISSING)
            policy = NamedPolicy(pin["name"], pin["version"], pin["digest"], withheld)
            found.setdefault(policy.digest, policy)
    return sorted(found.values(), key=lambda policy: (policy.name, policy.version, policy.digest))


def _attachments(entries: Iterable[_Entry], here: dict[str, Withheld | None]) -> list[AttachedFile]:
    return [
        AttachedFile(
            attachment=entry.event.subject.id,
            description=payload["description"],
            media_type=payload["media_type"],
            size=payload["size"],
            digest=payload["digest"],
            collected_at=payload["collected_at"],
            role=str(entry.event.actor.role),
            actor=entry.event.actor.id,
            withheld=here.get(payload["digest"], Withheld.MISSING),
        )
        for entry in entries
        if entry.event.kind is EventKind.ATTACHMENT_COLLECTED
        for payload in [entry.event.payload]
    ]

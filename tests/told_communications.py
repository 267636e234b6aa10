"""Communications as entries: walked through the pure rules, with the messages they are about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from holdfast.domain.communication.asking import EditDraft, SubmitDraft
from holdfast.domain.communication.delivering import DeliveryReport
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import Delivery, Message, Variant, draft_of
from holdfast.domain.communication.naming import communication_id, communication_workflow_id
from holdfast.domain.communication.opening import Opening
from holdfast.domain.communication.process import CommunicationProcess
from holdfast.domain.communication.state import CommunicationState
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.policies import APPROVAL_MATRIX
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Answer, Submission
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry, entry_id
from tests.rulebook import POLICIES
from tests.statements import COMMANDER, COMPLIANCE, NOON, ROBIN

__all__ = [
    "LEGAL",
    "TEXTS",
    "ToldCommunication",
    "message_to_clients",
    "reply_entry",
    "to_public",
    "variants",
]

LEGAL = Actor(id="person-ines", role=Role.LEGAL)

TEXTS = {
    "en": ("Card payments are delayed", "We are working on it.\n\nYour money is safe."),
    "de": ("Kartenzahlungen verzögern sich", "Wir arbeiten daran.\n\nIhr Geld ist sicher."),
}


def variants(texts: Mapping[str, tuple[str, str]]) -> tuple[Variant, ...]:
    """Texts by language, each a subject and a body."""
    return tuple(
        Variant(language=language, subject=subject, body=body)
        for language, (subject, body) in texts.items()
    )


def to_public(language: str, **changes: Any) -> Delivery:  # noqa: ANN401 - a delivery's fields
    """A delivery to the public status page."""
    return Delivery(
        channel="status-page",
        kind=ChannelKind.STATUS_PAGE,
        group="public",
        language=language,
        count=1,
    ).model_copy(update=changes)


def message_to_clients(incident_id: str, **changes: Any) -> Message:  # noqa: ANN401 - its fields
    """A holding statement to clients by mail, and to the public in two languages."""
    mail = to_public("en", channel="mail", kind=ChannelKind.MAIL, group="clients", count=3)
    fields = {
        "incident": incident_id,
        "purpose": Purpose.HOLDING_STATEMENT,
        "audience": Audience.CLIENTS,
        "variants": variants(TEXTS),
        "deliveries": (mail, to_public("en"), to_public("de")),
    }
    return Message.model_validate(fields | changes)


class ToldCommunication:
    """One communication over the pure rules, a minute between any two of its entries."""

    def __init__(self, message: Message, number: int = 1, begins: datetime = NOON) -> None:
        """Open it with that first version, by a responder."""
        self.incident_id, self.number = message.incident, number
        self.workflow_id = communication_workflow_id(message.incident, number)
        self.messages = [message]
        self.entries: list[Entry] = []
        self.now = begins
        self._numbers: Iterator[int] = count(1)
        opening = Opening(
            incident=message.incident,
            number=number,
            purpose=message.purpose,
            audience=message.audience,
            opened=self._open(message),
            draft=draft_of(message),
            author=ROBIN,
        )
        matrix = POLICIES[APPROVAL_MATRIX]
        self.state = CommunicationState(opening=opening, matrix=matrix)
        self.process = CommunicationProcess(self.state, self._record)
        self.process.begin(opening.draft, None, self.now)

    @property
    def events(self) -> list[Event]:
        """Everything that happened, in order."""
        return [entry.event for entry in self.entries]

    @property
    def latest(self) -> Message:
        """The latest version."""
        return self.messages[-1]

    def last(self, kind: EventKind) -> Event:
        """The latest event of that kind."""
        return [event for event in self.events if event.kind is kind][-1]

    def edit(self, **changes: Any) -> None:  # noqa: ANN401 - a message's fields
        """Put another version in place of the latest."""
        edited = Message.model_validate(self.latest.model_dump() | changes)
        body = EditDraft(base=self.latest.digest, draft=draft_of(edited), comment="Clearer.")
        self.messages.append(edited)
        self._submit(ROBIN, body)

    def hand_in(self) -> None:
        """Hand the latest version in."""
        self._submit(ROBIN, SubmitDraft(message=self.latest.digest))

    def answer(self, actor: Actor, option: str, rationale: str = "Read and agreed.") -> None:
        """Answer the open question that this role has to answer."""
        requests = [each for each in self.state.requests.values() if each.state == "open"]
        request = next(each for each in requests if actor.role in each.roles)
        body = Answer(
            request_id=request.id,
            option=option,
            subject_digest=str(request.subject.digest),
            rationale=rationale,
        )
        self._submit(actor, body)

    def approve(self) -> None:
        """Hand in, clear, approve."""
        self.hand_in()
        self.answer(LEGAL, "cleared")
        self.answer(COMPLIANCE, "cleared")
        self.answer(COMMANDER, "approved")

    def deliver(self, number: int, **report: Any) -> None:  # noqa: ANN401 - a report's fields
        """Report what became of a delivery; all arrived, if nothing is said."""
        planned = self.latest.deliveries[number]
        told = DeliveryReport.model_validate(report or {"sent": planned.count})
        self.process.delivered(number, told, self.now)

    def publish(self) -> None:
        """Sign the latest version off, deliver all of it, close."""
        self.approve()
        for number in range(len(self.latest.deliveries)):
            self.deliver(number)
        self.process.close()

    def _open(self, message: Message) -> str:
        """Write what the incident writes."""
        payload: JsonObject = {
            "number": self.number,
            "purpose": str(message.purpose),
            "audience": str(message.audience),
            "severity": None,
            "draft": draft_of(message).model_dump(mode="json"),
            "wish": None,
            "comment": None,
            "supersedes": message.supersedes,
            "matrix": POLICIES[APPROVAL_MATRIX].pin.model_dump(mode="json"),
        }
        called = communication_id(self.incident_id, self.number)
        event = Event(
            kind=EventKind.COMMUNICATION_OPENED,
            subject=Subject(type="communication", id=called),
            actor=ROBIN,
            payload=payload,
        )
        return self._write(event, f"opening/{self.incident_id}/{self.number}", 0)

    def _record(self, event: Event) -> str:
        return self._write(event, self.workflow_id, len(self.entries) - 1)

    def _write(self, event: Event, workflow_id: str, sequence: int) -> str:
        written = entry_id(workflow_id, sequence)
        self.entries.append(
            Entry(
                id=written,
                incident=self.incident_id,
                workflow=workflow_id,
                sequence=sequence,
                occurred_at=self.now,
                event=event,
                nonce=hashlib.sha256(written.encode()).hexdigest()[:32],
            )
        )
        self.now += timedelta(minutes=1)
        return written

    def _submit(self, actor: Actor, body: EditDraft | SubmitDraft | Answer) -> None:
        submission = Submission(
            submission_id=f"{self.incident_id}-{self.number}-{next(self._numbers)}",
            workflow_id=self.workflow_id,
            principal=actor,
            submitted_at=self.now,
            body=body,
        )
        self.process.receive(submission, self.now)
        last = self.entries[-1].event
        assert last.kind is not EventKind.SUBMISSION_REFUSED, last.payload


def reply_entry(
    incident_id: str, number: int, kind: str = "reply", **changes: str | int | None
) -> Entry:
    """The entry of something that came back."""
    payload: JsonObject = {
        "reply": kind,
        "communication": 1,
        "received_at": "2026-03-04T13:00:00.000000Z",
        "due_at": None,
        "answered": None,
    }
    event = Event(
        kind=EventKind.REPLY_RECEIVED,
        subject=Subject(type="reply", id=f"{incident_id}/reply-{number}"),
        actor=COMPLIANCE,
        payload=payload | changes,
    )
    workflow_id = f"replies/{incident_id}"
    return Entry(
        id=entry_id(workflow_id, number),
        incident=incident_id,
        workflow=workflow_id,
        sequence=number,
        occurred_at=NOON + timedelta(hours=number),
        event=event,
        nonce=f"{number:032x}",
    )

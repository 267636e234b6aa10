"""Reports as they come in: whole, without contradictions, durable with all that they bring.

What a provider has told us goes into the outbox in the same transaction as the report, behind it:
the incident is opened first, then its escalation.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from api.authentication import acting_as
from api.models import Receipt
from api.named_people import (
    ReportedContact,
    Reporter,
    identity_of,
    name_person,
    seal_contact,
)
from api.pinned_register import provider_in_force
from api.platform import Platform
from api.problem_catalogue import DoorCode
from api.problems import Problem
from api.submitting import sign
from holdfast.domain.addressee import incident_addressee
from holdfast.domain.events import PolicyPin
from holdfast.domain.facts import FactChange, FactSheet
from holdfast.domain.facts_check import contradiction
from holdfast.domain.roles import SYSTEM, Actor, Role
from holdfast.domain.submissions import Origin, Report, SignedSubmission, SubmissionBody
from holdfast.domain.third_party.asking import RecordNotification
from holdfast.domain.third_party.kinds import Source
from holdfast.domain.values import Frozen, Identifier, Instant, Line, Text, digest_of
from holdfast.dora.register.codes import ContractReference
from holdfast.errors import Conflict, InvalidInput
from holdfast.store.access_tokens import Caller
from holdfast.store.reports import (
    AcceptedReport,
    NamedPerson,
    ReportRequest,
    accept_report,
)

__all__ = ["REPORTERS", "IncidentReport", "ReportAccepted", "notification_id", "take_in_report"]

REPORTERS = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.VENDOR_MANAGER)
"""Whoever may report."""

_AHEAD_AT_MOST = timedelta(minutes=5)


class ReportedThirdParty(Frozen):
    """The provider whose notification a report is (DORA Art. 30(3)(b))."""

    contract: ContractReference
    said_by: Line | None = Field(
        default=None, description="Who told us; the `contact`, if left out. Sealed, as that is."
    )
    source: Source = Field(default=Source.NOTIFICATION, description="How it reached us.")
    their_reference: Line | None = None

    @field_validator("source")
    @classmethod
    def _came_to_us(cls, source: Source) -> Source:
        if source.of_provider:
            message = f"what came by {source} the provider enters itself: say how it reached you"
            raise ValueError(message)
        return source


class IncidentReport(Frozen):
    """A report by a person, or a notification by a third party."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "Card payments are declined at the processor",
                "description": "The processor called: their authorisation host is down.",
                "origin": "third_party",
                "aware_at": "2026-03-04T09:30:00Z",
                "services": ["card-payments"],
                "contact": {"name": "Duty desk of the processor", "phone": "+49 30 000000"},
            }
        }
    )

    title: Line
    description: Text | None = None
    origin: Literal[Origin.HUMAN, Origin.THIRD_PARTY] = Origin.HUMAN
    aware_at: Instant | None = Field(
        default=None, description="When we became aware: now, if left out; never ahead of time."
    )
    services: tuple[Identifier, ...] = Field(min_length=1, max_length=50)
    facts: tuple[FactChange, ...] = Field(default=(), max_length=100)
    reporter: Reporter | None = None
    contact: ReportedContact | None = Field(
        default=None, description="Whom to ask; with a `reporter`, that is the same person."
    )
    third_party: ReportedThirdParty | None = Field(
        default=None,
        description="Whose notification it is: the escalation of that contract is opened with it.",
        exclude_if=lambda given: given is None,
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")

    @model_validator(mode="after")
    def _is_theirs(self) -> Self:
        if self.third_party is not None and self.origin is not Origin.THIRD_PARTY:
            message = "only a report of the origin `third_party` names a `third_party`"
            raise ValueError(message)
        return self


class ReportAccepted(BaseModel):
    """A report that is durable; its incident opens as soon as Temporal answers."""

    incident_id: str
    submission_id: str
    receipt: str = Field(description="Where the report's receipt will be.")
    outcome: Receipt | None = Field(description="The receipt, where it came while you waited.")
    notification: str | None = Field(
        default=None, description="Where the receipt of the provider's notification will be."
    )


async def take_in_report(
    doors: Platform, caller: Caller, body: IncidentReport, key: str | None
) -> AcceptedReport:
    """Keep a report, once under its idempotency key, with what a provider has told us.

    Raises:
        InvalidInput: it contradicts itself, or lies in the future.
        Problem: its key was used for another report, or there is no contract of that reference.
    """
    now = datetime.now(UTC)
    if body.aware_at is not None and body.aware_at > now + _AHEAD_AT_MOST:
        message = "aware_at lies in the future"
        raise InvalidInput(message, errors=[{"pointer": "/aware_at", "message": message}])
    body = _with_ids_of_services(doors, body, now)
    _require_consistent(body, now)
    pins = doors.policies.pins(now)
    person = _person(body)
    actor = acting_as(caller, body.role, *REPORTERS)
    told = None if body.third_party is None else await _told(doors, body, pins, now)

    def signed(incident_id: str) -> tuple[SignedSubmission, ...]:
        report = _report(body, pins, actor, person, incident_id, now)
        bodies: dict[str, SubmissionBody] = {_report_id(incident_id): report}
        if told is not None:
            bodies[notification_id(incident_id)] = _sealed(told, body, person, incident_id)
        to = incident_addressee(incident_id)
        return tuple(sign(doors, to, name, actor, each) for name, each in bodies.items())

    request = ReportRequest(
        actor_id=caller.actor_id,
        key=key,
        request=_request(body),
        services=tuple(dict.fromkeys(body.services)),
        identity=identity_of(body.reporter, person),
        person=person,
    )
    try:
        return await accept_report(doors.engine, doors.keyring, request, signed)
    except Conflict as error:
        raise Problem(DoorCode.IDEMPOTENCY_KEY_REUSED, error.message) from error


def notification_id(incident_id: str) -> str:
    """The id of the submission that brings in what the provider has told us with the report."""
    return f"notification-{incident_id}"


def _report_id(incident_id: str) -> str:
    return f"report-{incident_id}"


def _with_ids_of_services(doors: Platform, body: IncidentReport, now: datetime) -> IncidentReport:
    """The report, with each service under its id, whichever of its names was given."""
    services = tuple(doors.policies.service_named(name, now) for name in body.services)
    facts = doors.policies.facts_by_service(body.facts, now)
    return body.model_copy(update={"services": services, "facts": facts})


def _require_consistent(body: IncidentReport, now: datetime) -> None:
    sheet = FactSheet(services=body.services)
    for change in body.facts:
        sheet = sheet.changed(change, SYSTEM, now)
    if wrong := contradiction(sheet):
        message = f"facts contradict each other: {wrong}"
        raise InvalidInput(message, errors=[{"pointer": "/facts", "message": wrong}])


def _request(body: IncidentReport) -> str:
    """The digest of all but what it says of people."""
    said = body.model_dump(mode="json", exclude={"contact": True, "third_party": {"said_by"}})
    return digest_of(said | {"reporter": None})


def _speaker(body: IncidentReport) -> str | None:
    """Who has told us, where the report is a provider's notification."""
    if body.third_party is None:
        return None
    return body.third_party.said_by or (body.contact.name if body.contact else None)


def _person(body: IncidentReport) -> NamedPerson | None:
    said_by = body.third_party.said_by if body.third_party else None
    return name_person(body.reporter, body.contact, said_by)


async def _told(
    doors: Platform, body: IncidentReport, pins: tuple[PolicyPin, ...], now: datetime
) -> RecordNotification | None:
    """What the provider has told us, but for who it was.

    Raises:
        Problem: the register has no such contract.
    """
    if body.third_party is None:
        return None
    contract = body.third_party.contract
    async with doors.reads.connect() as connection:
        provider = await provider_in_force(connection, pins, contract, body.services)
    return RecordNotification(
        contract=contract,
        provider=provider,
        statement=body.description or body.title,
        said_at=min(body.aware_at or now, now),
        source=body.third_party.source,
        their_reference=body.third_party.their_reference,
    )


def _sealed(
    told: RecordNotification, body: IncidentReport, person: NamedPerson | None, incident_id: str
) -> RecordNotification:
    speaker = _speaker(body)
    if person is None or speaker is None:
        return told
    sealed = person.key.seal(notification_id(incident_id), "from", speaker)
    return told.model_copy(update={"sealed": {"from": sealed}})


def _report(
    body: IncidentReport,
    pins: tuple[PolicyPin, ...],
    actor: Actor,
    person: NamedPerson | None,
    incident_id: str,
    now: datetime,
) -> Report:
    named = person is not None and body.reporter is not None
    return Report(
        origin=body.origin,
        title=body.title,
        description=body.description,
        aware_at=body.aware_at or now,
        services=tuple(dict.fromkeys(body.services)),
        policies=pins,
        facts=body.facts,
        reporter=Actor(id=person.key.name, role=actor.role) if person and named else actor,
        sealed=seal_contact(body.contact, person, _report_id(incident_id)),
    )

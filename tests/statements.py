"""People, and what they submit, as tests need it."""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast.domain.actions import ActionCategory, PostIncidentReview, TakeAction
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.reviews.content import Finding, TimelineConfirmation
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import AlertBatch, FactChanges, Origin, Report
from holdfast.domain.values import digest_of
from holdfast.dora.root_causes import AdditionalCause, CauseCategory, DetailedCause, RootCause
from tests.rulebook import POLICIES

__all__ = [
    "ALERTMANAGER",
    "BOARD",
    "COMMANDER",
    "COMPLIANCE",
    "NOON",
    "REVIEW",
    "ROBIN",
    "SASHA",
    "SERVICE",
    "alert_batch",
    "disruptive",
    "facts",
    "incident_facts",
    "report",
    "service_facts",
]

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SERVICE = "instant-payments"

ALERTMANAGER = Actor(id="source-a1", role=Role.ALERT_SOURCE)
ROBIN = Actor(id="person-robin", role=Role.RESPONDER)
SASHA = Actor(id="person-sasha", role=Role.RESPONDER)
COMMANDER = Actor(id="person-kim", role=Role.INCIDENT_COMMANDER)
COMPLIANCE = Actor(id="person-lou", role=Role.COMPLIANCE)
BOARD = Actor(id="person-noor", role=Role.MANAGEMENT_BODY)

REVIEW = PostIncidentReview(
    summary="A lapsed certificate stopped the payment gateway for 40 minutes.",
    root_cause="The certificate was not in the renewal inventory.",
    contributing_factors=("No alert on certificate age",),
    went_well="Isolation took four minutes.",
    to_improve="Nobody knew who owns the gateway's certificates.",
    lessons=("Every certificate has an owner and an alert",),
    timeline_confirmed=TimelineConfirmation(confirmed=True),
    root_causes=(
        RootCause(
            category=CauseCategory.PROCESS_FAILURE,
            detail=DetailedCause.OPERATIONS,
            additional=(AdditionalCause.ASSET_MANAGEMENT,),
        ),
    ),
    five_whys=(
        "The gateway refused connections because its certificate had lapsed.",
        "It lapsed because nobody renewed it.",
        "Nobody renewed it because it was in no inventory.",
    ),
    promptness=Finding(finding="Alerts were taken up within four minutes.", adequate=True),
    severity_determination=Finding(finding="SEV2 was right at all times.", adequate=True),
    forensics=Finding(finding="Logs were secured; nothing points to an attack.", adequate=True),
    escalation=Finding(finding="The owner could not be found at once.", adequate=False),
    communication=Finding(finding="Clients heard of it within the hour.", adequate=True),
)


def alert_batch(
    name: str = "b1", *, alerts: int = 1, services: tuple[str, ...] = (SERVICE,)
) -> AlertBatch:
    """A batch of firing alerts."""
    return AlertBatch(
        batch=name,
        source="alertmanager",
        count=alerts,
        firing=alerts,
        first_received_at=NOON,
        last_received_at=NOON,
        services=services,
        manifest=digest_of(name),
        samples=(),
    )


def report(origin: Origin = Origin.ALERT, reporter: Actor = ALERTMANAGER) -> Report:
    """A report that opens an incident."""
    return Report(
        origin=origin,
        title="Payment gateway does not answer",
        aware_at=NOON,
        services=(SERVICE,),
        policies=tuple(policy.pin for policy in POLICIES.values()),
        alerts=alert_batch("b0") if origin is Origin.ALERT else None,
        reporter=reporter,
    )


def facts(**values: bool | int) -> FactChanges:
    """Statements about the one affected service."""
    return service_facts(**values)


def service_facts(**values: bool | int | str | None) -> FactChanges:
    """Statements of any type about the one affected service."""
    return FactChanges(changes=tuple(_stated(name, SERVICE, values[name]) for name in values))


def incident_facts(**values: bool | int | str | None) -> FactChanges:
    """Statements about the incident as a whole."""
    return FactChanges(changes=tuple(_stated(name, None, values[name]) for name in values))


def _stated(name: str, service: str | None, value: bool | int | str | None) -> FactChange:  # noqa: FBT001 - a fact's value
    return FactChange(
        fact=name, service=service, value=value, quality=Quality.ACTUAL, source="monitoring"
    )


def disruptive() -> TakeAction:
    """A containment action that needs approval first."""
    return TakeAction(
        category=ActionCategory.CONTAINMENT, action="Isolate the gateway", disruptive=True
    )

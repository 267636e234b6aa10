"""Incidents walked at random through the rules, for key figures: each with its own fate."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from holdfast.domain.actions import Milestone, ReportMilestone, ReportReview
from holdfast.domain.events import Event, EventKind, PolicyPin, Subject
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.recovery.asking import ReportAvailability
from holdfast.domain.remediation.asking import Owner
from holdfast.domain.remediation.kinds import TaskOrigin, TaskPriority
from holdfast.domain.remediation.naming import task_id, task_workflow_id
from holdfast.domain.remediation.opening import Task
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.policy import REPORTING
from holdfast.domain.submissions import FactChanges
from holdfast.domain.third_party.asking import EndPause, RequestPause, VendorStatement
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.domain.values import JsonObject, JsonValue, digest_of, rfc3339
from holdfast.dora.downtime import Availability
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.entry import Entry
from tests.reporting_walk import ReportingWalk
from tests.statements import ALERTMANAGER, COMMANDER, REVIEW, ROBIN, SASHA, disruptive, report
from tests.third_party_walk import VENDOR_MANAGER

__all__ = ["BEGINS", "measured_walks"]

BEGINS = datetime(2025, 2, 1, 6, 0, tzinfo=UTC)
"""In one quarter; it goes on through the next."""

_DAYS = 160
_SERVICES = ("instant-payments", "card-payments", "online-banking")
_CAUSES = ("Expired certificate", "expired  certificate!", "Full disk", "Bad deployment")
_FIRST_TASK = 501
"""Behind those that the incident opens itself."""

_FATES = (
    *("opened", "false_positive", "duplicate", "triage", "contain", "recover", "learn"),
    *("closed", "closed", "drill"),
)


def measured_walks(incidents: Sequence[str], seed: int) -> list[list[Entry]]:
    """The entries of incidents of these ids, a list each."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [_RandomIncident(incident, chance).entries() for incident in incidents]


class _RandomIncident:
    """One incident, and what chance has made of it."""

    def __init__(self, incident_id: str, chance: random.Random) -> None:
        self._chance = chance
        self._walk = ReportingWalk(incident_id)
        if chance.random() < 0.3:
            # It reports by hand.
            del self._walk.state.policies[REPORTING]
        self._walk.now = BEGINS + timedelta(minutes=chance.randrange(_DAYS * 24 * 60))
        self._fate = chance.choice(_FATES)
        self._services = tuple(chance.sample(_SERVICES, chance.randrange(1, 3)))
        self._go()
        if chance.random() < 0.6:
            self._tasks()

    def entries(self) -> list[Entry]:
        """Everything that happened; a drill says so in its first entry."""
        first, *rest = self._walk.entries()
        if self._fate == "drill":
            marked = {**first.event.payload, "drill": {"script": "outage", "version": "1"}}
            event = first.event.model_copy(update={"payload": marked})
            first = first.model_copy(update={"event": event})
        return [first, *rest]

    def _go(self) -> None:
        walk, chance = self._walk, self._chance
        aware_at = walk.now - timedelta(minutes=chance.randrange(90))
        opening = report().model_copy(update={"aware_at": aware_at, "services": self._services})
        opening = opening.model_copy(update={"policies": walk.state.all_pins})
        walk.submit(ALERTMANAGER, opening)
        self._pass(90)
        if self._fate == "opened":
            return
        if self._fate in {"false_positive", "duplicate"}:
            data = {"duplicate_of": "INC-2026-000099"} if self._fate == "duplicate" else {}
            walk.answer(ROBIN, "incident.confirmation-1", self._fate, data=data)
            return
        walk.answer(ROBIN, "incident.confirmation-1", "confirmed")
        self._state(aware_at)
        self._pass(200)
        if self._fate == "triage":
            return
        asked = [name for name in walk.open_requests() if name.startswith("severity.")]
        severity = chance.choice(("SEV1", "SEV2", "SEV3"))
        walk.answer(COMMANDER, asked[-1], "override", data={"severity": severity})
        self._respond(aware_at)

    def _respond(self, aware_at: datetime) -> None:
        walk, chance = self._walk, self._chance
        if chance.random() < 0.7:
            walk.classify(major=chance.random() < 0.6)
            self._pass(300)
        if "initial-notification" in walk.state.clocks and chance.random() < 0.7:
            sent = Milestone.INITIAL_NOTIFICATION_SENT
            walk.submit(ROBIN, ReportMilestone(milestone=sent, statement="It is sent."))
        if chance.random() < 0.7:
            self._report(ReportKind.INITIAL)
        if chance.random() < 0.5:
            walk.submit(ROBIN, disruptive())
            self._pass(20)
            code = "E-UNREACHABLE" if chance.random() < 0.5 else None
            by = SASHA if code else COMMANDER
            walk.answer(by, "containment.approval-1", "approved", code=code)
        if chance.random() < 0.6:
            self._escalate()
        self._state(aware_at)
        self._downtime()
        if self._fate != "contain":
            self._pass(600)
            self._recover()

    def _escalate(self) -> None:
        walk, chance = self._walk, self._chance
        ledger = walk.escalate()
        self._pass(60)
        said_at = walk.now
        self._pass(60)
        ledger.say(Said.ACKNOWLEDGEMENT)
        if chance.random() < 0.5:
            body = RequestPause(reason="waiting-for-client", statement="They wait for our extract.")
            ledger.submit(ROBIN, body)
            ledger.answer(VENDOR_MANAGER, "third-party-1:third_party.pause-1", "granted")
            self._pass(90)
            ledger.submit(ROBIN, EndPause(statement="They have it."))
            told = VendorStatement(
                said=Said.WORKAROUND,
                said_at=said_at,
                source=Source.TELEPHONE,
                reference="Bridge call 12",
            )
            ledger.submit(ROBIN, told)
        self._pass(90)
        if chance.random() < 0.7:
            ledger.restore()
            ledger.review()

    def _recover(self) -> None:
        walk = self._walk
        if self._fate == "recover":
            walk.contain()
            return
        if self._fate in {"closed", "drill"}:
            self._report(*(ReportKind(stage.value) for stage in ReportStage))
            walk.to_closed_from_contain()
            return
        walk.to_learn_from_contain()
        walk.submit(ROBIN, ReportReview(review=REVIEW))

    def _report(self, *kinds: ReportKind) -> None:
        """Send these reports, each that has not left yet, for every entity."""
        for reporting in self._walk.reportings.values():
            left = {version.kind for version in reporting.state.versions if version.submitted_at}
            for kind in kinds:
                if kind not in left:
                    reporting.report(kind)

    def _state(self, aware_at: datetime) -> None:
        """State facts that figures are made of, or take them back."""
        chance, stated = self._chance, list[FactChange]()
        if chance.random() < 0.7:
            began = aware_at - timedelta(seconds=chance.randrange(9_000))
            stated.append(_fact("occurred_at", rfc3339(began)))
        if chance.random() < 0.7:
            name = chance.choice(("root_cause_fingerprint", "root_cause"))
            stated.append(_fact(name, chance.choice((*_CAUSES, None))))
        for service in self._services:
            for name in ("downtime_minutes", "clients_affected"):
                if chance.random() < 0.6:
                    value = chance.choice((chance.randrange(500), None))
                    stated.append(_fact(name, value, service))
        if stated:
            self._walk.submit(ROBIN, FactChanges(changes=tuple(stated)))

    def _downtime(self) -> None:
        """Let one service be reported down and restored, sometimes: its downtime is computed."""
        if self._chance.random() < 0.4:
            for state in (Availability.DOWN, Availability.RESTORED):
                told = ReportAvailability(
                    service=self._services[0], state=state, at=self._walk.now, statement="Measured."
                )
                self._walk.submit(ROBIN, told)
                self._pass(400)

    def _tasks(self) -> None:
        """Leave tasks behind, as their own workflows record them."""
        for number in range(_FIRST_TASK, _FIRST_TASK + self._chance.randrange(1, 3)):
            incident = self._walk.state.incident_id
            task = _task(self._chance.choice(list(TaskPriority)))
            pin = PolicyPin(name="remediation", version="1", digest=digest_of("remediation"))
            opened = {
                "number": number,
                "task": task.model_dump(mode="json"),
                "policy": pin.model_dump(mode="json"),
                "severity": None,
                "replaces": None,
            }
            about, clock = task_id(incident, number), f"remediation-{number}:due"
            self._write("remediation", EventKind.REMEDIATION_OPENED, about, opened)
            due_at = rfc3339(self._walk.now + timedelta(days=3))
            timed = {"title": "Due", "state": "running", "due_at": due_at, "next_at": None}
            workflow = task_workflow_id(incident, number)
            self._clock(workflow, EventKind.CLOCK_ARMED, clock, {**timed, "re_armed": False})
            self._walk.now += timedelta(days=self._chance.randrange(1, 6))
            if rfc3339(self._walk.now) >= due_at:
                self._clock(workflow, EventKind.CLOCK_MISSED, clock, {**timed, "state": "missed"})
            if (outcome := self._chance.choice(("validated", "declined", None))) is not None:
                closed = {"number": number, "stage": "closed", "outcome": outcome}
                self._write("remediation", EventKind.REMEDIATION_CLOSED, about, closed)

    def _write(self, subject: str, kind: EventKind, about: str, payload: JsonObject) -> None:
        event = Event(kind=kind, subject=Subject(type=subject, id=about), payload=payload)
        self._walk.write(f"incident/{self._walk.state.incident_id}/more", event)

    def _clock(self, workflow: str, kind: EventKind, clock: str, payload: JsonObject) -> None:
        event = Event(kind=kind, subject=Subject(type="clock", id=clock), payload=payload)
        self._walk.write(workflow, event)

    def _pass(self, minutes: int) -> None:
        self._walk.wait(timedelta(minutes=self._chance.randrange(minutes)))


def _task(priority: TaskPriority) -> Task:
    return Task(
        title="Renew the certificate",
        description="By the inventory.",
        origin=TaskOrigin.REVIEW,
        priority=priority,
        mandatory=True,
        owner=Owner(person=ROBIN.id, role=ROBIN.role),
        due_on=date(2025, 9, 30),
        observe=timedelta(0),
    )


def _fact(name: str, value: JsonValue, service: str | None = None) -> FactChange:
    return FactChange(
        fact=name, service=service, value=value, quality=Quality.ACTUAL, source="monitoring"
    )

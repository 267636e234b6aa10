"""An incident told once for its review: walked through the pure rules, with what others recorded.

The story, told here in words and in no other place: it began at 11:20, we became aware at 12:00,
confirmed at 12:04, assigned SEV1 against the tree at 12:25, contained at 13:25 and recovered at
14:55. One approval was bypassed. A playbook failed in one step and was repeated; a check was
waived; payments were down for 95 minutes. The review is signed off, one lesson was taken up, one
of two tasks is overdue.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from holdfast.domain.actions import CheckResult, Milestone, ReportCheck, ReportMilestone
from holdfast.domain.actions import ReportReview as Reviewed
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.recovery.asking import ReportAvailability
from holdfast.domain.remediation.asking import Owner
from holdfast.domain.roles import SYSTEM, Role
from holdfast.domain.values import JsonObject
from holdfast.dora.downtime import Availability
from holdfast.evidence.entry import Entry
from tests.remediation_walk import RemediationWalk, proposal
from tests.statements import (
    ALERTMANAGER,
    COMMANDER,
    COMPLIANCE,
    REVIEW,
    ROBIN,
    SASHA,
    SERVICE,
    disruptive,
    facts,
    incident_facts,
    report,
)
from tests.timed_walk import TimedWalk

__all__ = ["INCIDENT", "told_review_entries", "told_review_walk"]

INCIDENT = "INC-2026-000001"
MINUTE = timedelta(minutes=1)


def told_review_walk() -> RemediationWalk:
    """The story, walked up to the sign-off of the review."""
    walk = RemediationWalk(INCIDENT)
    walk.submit(ALERTMANAGER, report())
    walk.wait(4 * MINUTE)
    walk.answer(ROBIN, "incident.confirmation-1", "confirmed")
    walk.submit(ROBIN, incident_facts(occurred_at="2026-03-04T11:20:00Z", member_states="DE FR"))
    walk.submit(ROBIN, facts(clients_affected=70_000))
    walk.wait(21 * MINUTE)
    asked = [name for name in walk.open_requests() if name.startswith("severity")][-1]
    walk.answer(COMMANDER, asked, "override", data={"severity": "SEV1"})
    walk.submit(SASHA, disruptive())
    walk.answer(ROBIN, "containment.approval-1", "approved", code="E-IMMINENT-HARM")
    walk.answer(COMPLIANCE, "bypass.ratification-1", "ratified")
    _play(walk)
    walk.wait(60 * MINUTE)
    walk.contain()
    walk.wait(90 * MINUTE)
    for check in walk.state.recovery.checks:
        result = CheckResult.WAIVED if check == "data_reconciled" else CheckResult.PASSED
        walk.submit(ROBIN, ReportCheck(check=check, result=result, statement=f"{check}: looked."))
    _down(walk)
    walk.submit(ROBIN, ReportMilestone(milestone=Milestone.RECOVERED, statement="Payments flow."))
    walk.answer(COMMANDER, "recovery.validation-1", "validated")
    walk.wait(timedelta(days=3))
    walk.submit(ROBIN, Reviewed(review=REVIEW))
    walk.answer(COMMANDER, "review.sign_off-1", "signed_off")
    walk.answer(COMPLIANCE, "review.sign_off-1", "signed_off")
    return walk


@cache
def told_review_entries() -> tuple[Entry, ...]:
    """The whole story, with its tasks, and the lesson that was taken up."""
    walk = told_review_walk()
    commander = Owner(role=Role.INCIDENT_COMMANDER)
    title, day = "Put every certificate into the inventory", date(2026, 3, 9)
    walk.propose(proposal(title=title, due_on=day, owner=commander)).accept()
    title, day = "Alert on the age of certificates", date(2026, 6, 30)
    alert = walk.propose(proposal(title=title, due_on=day, observe=timedelta()))
    alert.accept()
    walk.wait(timedelta(days=4))
    alert.implement()
    alert.validate()
    lesson = {"lesson": 1, "text": REVIEW.lessons[0], "risk": "ICT-R-017", "statement": "Raised."}
    about = Subject(type="lesson", id=f"{INCIDENT}-lesson-1")
    event = Event(kind=EventKind.LESSON_ASSESSED, subject=about, actor=COMPLIANCE, payload=lesson)
    walk.write(f"lesson/{INCIDENT}-lesson-1/first", event)
    return tuple(walk.entries())


def _play(walk: TimedWalk) -> None:
    """Two steps: the second fails, is repeated and done."""
    begun = {"play": 1, "playbook": "isolate", "title": "Isolate the gateway", "steps": []}
    _write(walk, EventKind.PLAYBOOK_STARTED, "play-1", begun)
    for kind, step in (
        (EventKind.STEP_PERFORMED, "drain"),
        (EventKind.STEP_FAILED, "cut"),
        (EventKind.STEP_REPEATED, "cut"),
        (EventKind.STEP_PERFORMED, "cut"),
        (EventKind.STEP_SKIPPED, "tell"),
    ):
        said: JsonObject = {"play": 1, "step": step, "attempt": 1, "mode": "by_hand"}
        said |= {"because": "It was not wanted.", "statement": "Done.", "output": None}
        said |= {"references": [], "documents": [], "took_seconds": 60}
        _write(walk, kind, f"play-1/{step}", said)
    over = {"play": 1, "done": 2, "skipped": 1, "failed": 0}
    _write(walk, EventKind.PLAYBOOK_FINISHED, "play-1", over)


def _down(walk: TimedWalk) -> None:
    """Payments were down for 95 minutes, as was told once they were back."""
    for state, at in (
        (Availability.DOWN, walk.now - 95 * MINUTE),
        (Availability.RESTORED, walk.now),
    ):
        walk.submit(
            ROBIN, ReportAvailability(service=SERVICE, state=state, at=at, statement="Measured.")
        )


def _write(walk: TimedWalk, kind: EventKind, about: str, payload: JsonObject) -> None:
    """Record what the playbooks of an incident do; `about` is the name within it."""
    subject = Subject(type=about.partition("-")[0], id=f"{INCIDENT}/{about}")
    event = Event(kind=kind, subject=subject, actor=SYSTEM, payload=payload)
    walk.write(f"incident/{INCIDENT}", event)

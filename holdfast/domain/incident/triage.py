"""Triage: facts are stated, the tree proposes a severity, people confirm or override it.

It goes on for as long as the incident is open: whenever the facts change so that the tree
proposes something else, the question is put again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.approval_matrix import DataField, DecisionKind
from holdfast.domain.assessment import Assessment
from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.escalation import Firing
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.facts_check import contradiction
from holdfast.domain.incident import communicating, reporting, third_parties
from holdfast.domain.incident.acknowledging import acknowledgement_question
from holdfast.domain.incident.children import tell_all
from holdfast.domain.incident.following import follow, take_as_update
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.policies import ESCALATION, SEVERITY_TREE, RecoveryPolicy
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor
from holdfast.domain.severity import (
    Priority,
    Response,
    Severity,
    SeverityProposal,
    SeverityTree,
)
from holdfast.domain.submissions import FactChanges, Submission
from holdfast.domain.values import JsonObject, digest_of

__all__ = [
    "Assignment",
    "arm_containment",
    "assessed",
    "assigned_payload",
    "assignment_of",
    "change_facts",
    "proposed_payload",
    "severity_decided",
    "severity_question",
]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A severity as it is assigned, with what follows; a tree of the first format says no more."""

    severity: Severity
    priority: Priority
    response: Response | None
    overridden: bool


def change_facts(
    work: Work, submission: Submission, body: FactChanges, now: datetime
) -> Refusal | None:
    """Put statements on the fact sheet; each keeps what stood before."""
    state, changes = work.state, list[JsonObject]()
    stated = state.facts
    for change in body.changes:
        before = stated.facts.get(change.key)
        stated = stated.changed(change, submission.principal, now)
        changes.append(
            {
                "key": change.key,
                **change.model_dump(mode="json"),
                "before": before.model_dump(mode="json") if before else None,
            }
        )
    if wrong := contradiction(stated):
        return Refusal(RefusalReason.FACTS_CONTRADICT, wrong)
    state.facts = stated
    entry = work.receipt(
        EventKind.FACTS_CHANGED,
        submission,
        {"changes": changes, "services": list(state.facts.services)},
    )
    take_as_update(work, entry, now)
    reporting.tell_clients(work, entry, now)
    # Before the incident is confirmed there is nothing to triage; confirmation assesses it all.
    state.assessment_wanted |= state.phase is not Phase.DETECT
    return None


def assessed(work: Work, assessment: Assessment, now: datetime) -> None:
    """Take in a judgement: propose the severity where it is news, run the escalations that fire."""
    state = work.state
    state.next_look_at = assessment.next_look_at
    if assessment.proposal != state.proposal:
        _propose(work, assessment, now)
    for firing in assessment.firings:
        _escalate(work, firing, now)


def severity_decided(work: Work, decided: Decided, now: datetime) -> None:
    """Assign the severity; the first time, containment begins."""
    state, proposal = work.state, work.state.proposal
    if proposal is None:
        message = "a severity was decided that nobody proposed"
        raise ValueError(message)
    decided_by = decided.request.answers[-1].actor
    assignment = assignment_of(decided.option, decided.data, proposal, lambda: state.tree)
    content = assigned_payload(assignment, proposal, state.severity, decided_by)
    state.severity, state.priority = assignment.severity, assignment.priority
    assigned = work.note(EventKind.SEVERITY_ASSIGNED, content, causes=(decided.entry,))
    if state.phase is Phase.TRIAGE:
        entered = work.enter(Phase.CONTAIN, causes=(assigned,))
        arm_containment(work.clocks, state.recovery, now, entered)
    if told := follow(work, assigned, now):
        communicating.brief(work, told[0].roles, told[0].because, told[1])
    communicating.renew_updates(work, now, assigned)
    tell_all(work, assigned)
    state.assessment_wanted = True


def proposed_payload(proposal: SeverityProposal, facts_digest: str) -> JsonObject:
    """What `severity.proposed` holds: the proposal, its path, and on which facts it rests."""
    return {**proposal.model_dump(mode="json"), "facts_digest": facts_digest}


def assignment_of(
    option: str, data: JsonObject, proposal: SeverityProposal, tree: Callable[[], SeverityTree]
) -> Assignment:
    """What people made of the proposal: it, or another severity with what follows from that.

    The tree is asked for an override only.

    Raises:
        KeyError, ValueError: an override names no severity.
    """
    if option != "override":
        return Assignment(proposal.severity, proposal.priority, proposal.response, overridden=False)
    severity = Severity(data[DataField.SEVERITY])
    pinned = tree()
    leaf = pinned.leaf_for(severity) if pinned.format > 1 else None
    if leaf is None:
        return Assignment(severity, proposal.priority, None, overridden=True)
    chosen = pinned.leaves[leaf]
    return Assignment(severity, chosen.priority, chosen.response, overridden=True)


def assigned_payload(
    assignment: Assignment,
    proposal: SeverityProposal,
    before: Severity | None,
    decided_by: Actor,
) -> JsonObject:
    """What `severity.assigned` holds: what was assigned, what follows, and what stood before."""
    content: JsonObject = {
        "severity": str(assignment.severity),
        "priority": str(assignment.priority),
        "before": str(before) if before else None,
        "proposed": str(proposal.severity),
        "overridden": assignment.overridden,
        "decided_by": decided_by.model_dump(mode="json"),
    }
    if assignment.response is not None:
        content["response"] = assignment.response.model_dump(mode="json")
    return content


def severity_question(incident_id: str, proposal: SeverityProposal, proposed: str) -> Question:
    """Which severity the incident has; `proposed` is the entry of the proposal."""
    content = proposal.model_dump(mode="json")
    return Question(
        kind=DecisionKind.SEVERITY_ASSIGNMENT,
        subject=Subject(type="severity", id=incident_id, digest=digest_of(content)),
        context=content,
        causes=(proposed,),
    )


def arm_containment(clocks: Clocks, recovery: RecoveryPolicy, now: datetime, entered: str) -> Clock:
    """Set the deadline of the containment; `entered` is the entry of the phase."""
    title = "Contain the incident"
    return clocks.arm("containment", title, now, recovery.contain, causes=(entered,))


def _propose(work: Work, assessment: Assessment, now: datetime) -> None:
    state, proposal = work.state, assessment.proposal
    state.proposal = proposal
    digest = digest_of(proposal.model_dump(mode="json"))
    proposed = work.record(
        Event(
            kind=EventKind.SEVERITY_PROPOSED,
            subject=Subject(type="severity", id=state.incident_id, digest=digest),
            payload=proposed_payload(proposal, assessment.facts_digest),
            policy=state.pin(SEVERITY_TREE),
        )
    )
    if proposal.severity is state.severity:
        _withdraw(work, proposal, proposed)
        return
    work.ask(severity_question(state.incident_id, proposal, proposed), now)


def _withdraw(work: Work, proposal: SeverityProposal, proposed: str) -> None:
    for request in work.desk.open_requests(DecisionKind.SEVERITY_ASSIGNMENT):
        why = f"the facts propose {proposal.severity} again, which stands"
        work.desk.void(request, why, causes=(proposed,))


def _escalate(work: Work, firing: Firing, now: datetime) -> None:
    content = firing.model_dump(mode="json")
    subject = Subject(type="escalation", id=firing.trigger, digest=digest_of(content))
    work.state.fired.append(firing.trigger)
    triggered = work.record(
        Event(
            kind=EventKind.ESCALATION_TRIGGERED,
            subject=subject,
            payload=content,
            policy=work.state.pin(ESCALATION),
        )
    )
    work.ask(acknowledgement_question(firing, triggered), now)
    communicating.brief(work, firing.roles, firing.because, triggered)
    third_parties.fired(work, firing, triggered, now)

"""Triage: facts are stated, the tree proposes a severity, people confirm or override it.

It goes on for as long as the incident is open: whenever the facts change so that the tree
proposes something else, the question is put again.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DataField, DecisionKind
from holdfast.domain.assessment import Assessment
from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.decision_desk import Decided, Question
from holdfast.domain.escalation import Firing
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.policies import ESCALATION, SEVERITY_TREE, RecoveryPolicy
from holdfast.domain.refusals import Refusal
from holdfast.domain.roles import Actor
from holdfast.domain.severity import Severity, SeverityProposal
from holdfast.domain.submissions import FactChanges, Submission
from holdfast.domain.values import JsonObject, digest_of

__all__ = [
    "acknowledgement_question",
    "arm_containment",
    "assessed",
    "assigned_payload",
    "change_facts",
    "proposed_payload",
    "severity_decided",
    "severity_question",
]


def change_facts(
    work: Work, submission: Submission, body: FactChanges, now: datetime
) -> Refusal | None:
    """Put statements on the fact sheet; each keeps what stood before."""
    state, changes = work.state, list[JsonObject]()
    for change in body.changes:
        before = state.facts.facts.get(change.key)
        state.facts = state.facts.changed(change, submission.principal, now)
        changes.append(
            {
                "key": change.key,
                **change.model_dump(mode="json"),
                "before": before.model_dump(mode="json") if before else None,
            }
        )
    work.receipt(
        EventKind.FACTS_CHANGED,
        submission,
        {"changes": changes, "services": list(state.facts.services)},
    )
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
    content = assigned_payload(decided.option, decided.data, proposal, state.severity, decided_by)
    state.severity, state.priority = Severity(content["severity"]), proposal.priority
    assigned = work.note(EventKind.SEVERITY_ASSIGNED, content, causes=(decided.entry,))
    if state.phase is Phase.TRIAGE:
        entered = work.enter(Phase.CONTAIN, causes=(assigned,))
        arm_containment(work.clocks, state.recovery, now, entered)
    state.assessment_wanted = True


def proposed_payload(proposal: SeverityProposal, facts_digest: str) -> JsonObject:
    """What `severity.proposed` holds: the proposal, its path, and on which facts it rests."""
    return {**proposal.model_dump(mode="json"), "facts_digest": facts_digest}


def assigned_payload(
    option: str,
    data: JsonObject,
    proposal: SeverityProposal,
    before: Severity | None,
    decided_by: Actor,
) -> JsonObject:
    """What `severity.assigned` holds: what people made of the proposal, and what stood before."""
    overridden = option == "override"
    severity = Severity(data[DataField.SEVERITY]) if overridden else proposal.severity
    return {
        "severity": str(severity),
        "priority": str(proposal.priority),
        "before": str(before) if before else None,
        "proposed": str(proposal.severity),
        "overridden": overridden,
        "decided_by": decided_by.model_dump(mode="json"),
    }


def severity_question(incident_id: str, proposal: SeverityProposal, proposed: str) -> Question:
    """Which severity the incident has; `proposed` is the entry of the proposal."""
    content = proposal.model_dump(mode="json")
    return Question(
        kind=DecisionKind.SEVERITY_ASSIGNMENT,
        subject=Subject(type="severity", id=incident_id, digest=digest_of(content)),
        context=content,
        causes=(proposed,),
    )


def acknowledgement_question(firing: Firing, triggered: str) -> Question:
    """Whether the roles have taken note; `triggered` is the entry of the firing."""
    content = firing.model_dump(mode="json")
    return Question(
        kind=DecisionKind.ESCALATION_ACKNOWLEDGEMENT,
        subject=Subject(type="escalation", id=firing.trigger, digest=digest_of(content)),
        roles=firing.roles,
        context=content,
        causes=(triggered,),
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
            policy=state.pin(SEVERITY_TREE).pin,
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
            policy=work.state.pin(ESCALATION).pin,
        )
    )
    work.ask(acknowledgement_question(firing, triggered), now)

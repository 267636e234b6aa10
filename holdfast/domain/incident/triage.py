"""Triage: facts are stated, the tree proposes a severity, people confirm or override it.

It goes on for as long as the incident is open: whenever the facts change so that the tree
proposes something else, the question is put again.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DataField, DecisionKind
from holdfast.domain.assessment import Assessment
from holdfast.domain.decision_desk import Decided, Question
from holdfast.domain.escalation import Firing
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.policies import ESCALATION, SEVERITY_TREE
from holdfast.domain.refusals import Refusal
from holdfast.domain.severity import Severity, SeverityProposal
from holdfast.domain.submissions import FactChanges, Submission
from holdfast.domain.values import JsonObject, digest_of

__all__ = ["assessed", "change_facts", "severity_decided"]


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
    overridden = decided.option == "override"
    before = state.severity
    state.severity = Severity(decided.data[DataField.SEVERITY]) if overridden else proposal.severity
    state.priority = proposal.priority
    assigned = work.note(
        EventKind.SEVERITY_ASSIGNED,
        {
            "severity": str(state.severity),
            "priority": str(state.priority),
            "before": str(before) if before else None,
            "proposed": str(proposal.severity),
            "overridden": overridden,
            "decided_by": decided.request.answers[-1].actor.model_dump(mode="json"),
        },
        causes=(decided.entry,),
    )
    if state.phase is Phase.TRIAGE:
        entered = work.enter(Phase.CONTAIN, causes=(assigned,))
        work.clocks.arm(
            "containment", "Contain the incident", now, state.recovery.contain, causes=(entered,)
        )
    state.assessment_wanted = True


def _propose(work: Work, assessment: Assessment, now: datetime) -> None:
    state, proposal = work.state, assessment.proposal
    state.proposal = proposal
    content = proposal.model_dump(mode="json")
    subject = Subject(type="severity", id=state.incident_id, digest=digest_of(content))
    proposed = work.record(
        Event(
            kind=EventKind.SEVERITY_PROPOSED,
            subject=subject,
            payload={**content, "facts_digest": assessment.facts_digest},
            policy=state.pin(SEVERITY_TREE).pin,
        )
    )
    if proposal.severity is state.severity:
        _withdraw(work, proposal, proposed)
        return
    work.ask(
        Question(
            kind=DecisionKind.SEVERITY_ASSIGNMENT,
            subject=subject,
            context=content,
            causes=(proposed,),
        ),
        now,
    )


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
    work.ask(
        Question(
            kind=DecisionKind.ESCALATION_ACKNOWLEDGEMENT,
            subject=subject,
            roles=firing.roles,
            context=content,
            causes=(triggered,),
        ),
        now,
    )

"""One look at an incident as a whole: which severity the tree proposes, which escalations fire.

Run as an activity, so that the judgement and its reasons stand in history and in evidence and a
later version of this code can never change them.
"""

from __future__ import annotations

from holdfast.domain.escalation import EscalationPolicy, Firing
from holdfast.domain.events import PolicyPin
from holdfast.domain.facts import FactSheet
from holdfast.domain.severity import Severity, SeverityProposal, SeverityTree
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, Token

__all__ = ["Assessment", "AssessmentRequest", "assess"]


class AssessmentRequest(Frozen):
    """What is judged, as of when, under which pinned policies."""

    incident_id: Identifier
    facts: FactSheet
    severity: Severity | None
    opened_at: Instant
    at: Instant
    already_fired: tuple[Token, ...]
    severity_tree: PolicyPin
    escalation: PolicyPin


class Assessment(Frozen):
    """The judgement; `next_look_at` is when time alone would next make a trigger fire."""

    proposal: SeverityProposal
    firings: tuple[Firing, ...]
    next_look_at: Instant | None
    facts_digest: Digest


def assess(
    request: AssessmentRequest, tree: SeverityTree, escalation: EscalationPolicy
) -> Assessment:
    """Judge the facts under the two policies."""
    already = frozenset(request.already_fired)
    firings = escalation.fired(
        request.severity, request.facts, request.opened_at, request.at, already
    )
    behind = already | {firing.trigger for firing in firings}
    return Assessment(
        proposal=tree.propose(request.facts),
        firings=firings,
        next_look_at=escalation.next_look(
            request.severity, request.facts, request.opened_at, request.at, behind
        ),
        facts_digest=request.facts.digest,
    )

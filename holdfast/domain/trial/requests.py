"""Decisions of a past incident, put to the matrix again: the answers that people gave, weighed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind, DecisionRule
from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.decisions import DecisionRequest, DecisionState, weigh
from holdfast.domain.events import Event, Subject
from holdfast.domain.refusals import Refusal
from holdfast.domain.roles import Actor, Role
from holdfast.domain.schedules import Schedule
from holdfast.domain.severity import Severity
from holdfast.domain.trial.past import PastEntry
from holdfast.domain.trial.reading import actor_of, answer_in
from holdfast.domain.trial.report import Judged
from holdfast.domain.trial.rules import Rules
from holdfast.domain.trial.tracks import Place, Tracks
from holdfast.domain.values import JsonObject

__all__ = ["Requests", "settled_as"]

_NO_RULE = "cannot be put: the matrix has no rule for it"


@dataclass(slots=True)
class _Put:
    """A question as the rules put it, and its clock."""

    request: DecisionRequest
    asked_at: datetime
    schedule: Schedule


class Requests:
    """The decision requests of one course."""

    def __init__(self, tracks: Tracks) -> None:
        """Mark on these tracks what settles, and what would be refused."""
        self._tracks = tracks
        self._put: dict[str, _Put] = {}

    def asked(self, rules: Rules, entry: PastEntry, severity: Severity | None, here: Place) -> None:
        """Put a question that was put there, by the rule of its kind."""
        kind = DecisionKind(entry.payload["kind"])
        rule = rules.matrix.rules.get(kind)
        if rule is None:
            self._mark(entry, _NO_RULE, here)
            return
        pinned = rules.matrix_as_pinned.rules.get(kind) if rules.matrix_as_pinned else None
        request = _request(entry, kind, rule, pinned or rule)
        self._put[request.id] = _Put(request, entry.at, rule.schedule_for(severity))

    def answered(self, entry: PastEntry, here: Place) -> None:
        """Weigh an answer that was accepted there."""
        put = self._put.get(entry.subject)
        if put is None or put.request.state is not DecisionState.OPEN:
            return
        actor = actor_of(entry.document["actor"])
        answer = answer_in(entry)
        weighed = weigh(put.request, answer, actor, _entitled(put, actor, entry.at))
        if isinstance(weighed, Refusal):
            refused = f"an answer would be refused ({weighed.reason}): {weighed.detail}"
            self._mark(entry, refused, here)
            return
        put.request = weighed.request
        if weighed.settles:
            self._mark(entry, settled_as(answer.option), here)

    def _mark(self, entry: PastEntry, value: str, here: Place) -> None:
        self._tracks.put(Judged.DECISION, entry.subject, value, here)


def settled_as(option: str) -> str:
    """In words, what was decided."""
    return f"settled as '{option}'"


def _request(
    entry: PastEntry, kind: DecisionKind, rule: DecisionRule, pinned: DecisionRule
) -> DecisionRequest:
    payload = entry.payload
    roles = tuple(Role(role) for role in payload["roles"])
    left_out = set(pinned.options) - set(payload["options"])
    return DecisionRequest.model_construct(
        id=entry.subject,
        kind=kind,
        question=rule.question,
        subject=_subject(payload["about"]),
        authors=tuple(payload["authors"]),
        # A question that says itself who is meant asks them under any matrix.
        roles=rule.roles if roles == pinned.roles else roles,
        options={name: option for name, option in rule.options.items() if name not in left_out},
        bypass=rule.bypass,
        due_at=entry.at,
        state=DecisionState.OPEN,
        answers=(),
        outcome=None,
    )


def _subject(about: JsonObject) -> Subject:
    return Subject.model_construct(type=about["type"], id=about["id"], digest=about["digest"])


def _entitled(put: _Put, actor: Actor, at: datetime) -> frozenset[Role]:
    """The roles that the ladder has let decide by then."""
    if actor.role in put.request.roles:
        return frozenset()
    clock = Clock(
        id=put.request.clock_id,
        title=put.request.question,
        due_at=put.asked_at + put.schedule.due_after,
        schedule=put.schedule,
    )
    clocks = {clock.id: clock}
    Clocks(clocks, _unheard).ring(at)
    return clocks[clock.id].deciding_roles()


def _unheard(event: Event) -> str:  # noqa: ARG001 - the shape of a journal
    return "unheard"

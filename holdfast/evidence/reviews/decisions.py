"""The decisions of an incident with the time that each took; deadlines that passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.remediation.naming import task_of_request
from holdfast.evidence.entry import Entry
from holdfast.evidence.reviews.document import MissedClock, TakenDecision
from holdfast.evidence.reviews.sources import Chain, payload_of, seconds_between

__all__ = ["missed_clocks", "taken_decisions"]


def taken_decisions(chain: Chain) -> tuple[TakenDecision, ...]:
    """Every question that was put, in the order in which it was, and is settled.

    What is decided about tasks comes after the response, and is not part of it.
    """
    decided = _by_subject(chain.of(EventKind.DECISION_DECIDED))
    bypassed = _by_subject(chain.of(EventKind.DECISION_BYPASSED))
    ratified = _ratifications(chain, decided)
    return tuple(
        _decision(entry, decided[name][0], bypassed.get(name, ()), ratified.get(name))
        for entry in chain.of(EventKind.DECISION_REQUESTED)
        if (name := entry.event.subject.id) in decided and task_of_request(name) is None
    )


def missed_clocks(chain: Chain) -> tuple[MissedClock, ...]:
    """The deadlines that passed, with who was brought in, and when each was met after all."""
    met = _by_subject(chain.of(EventKind.CLOCK_MET))
    reached = _by_subject(chain.of(EventKind.CLOCK_ESCALATED))
    found = []
    for entry in chain.of(EventKind.CLOCK_MISSED):
        name, payload = entry.event.subject.id, entry.event.payload
        if task_of_request(name.removeprefix("decision/")) is not None:
            continue
        later = [each for each in met.get(name, ()) if each.occurred_at >= entry.occurred_at]
        steps = [
            each
            for each in reached.get(name, ())
            if each.event.payload["due_at"] == payload["due_at"]
        ]
        roles = dict.fromkeys(role for step in steps for role in step.event.payload["roles"])
        found.append(
            MissedClock(
                clock=name,
                title=payload["title"],
                due_at=datetime.fromisoformat(payload["due_at"]),
                met_at=later[0].occurred_at if later else None,
                roles=tuple(roles),
                entries=(entry.id, *(each.id for each in steps), *(e.id for e in later[:1])),
            )
        )
    return tuple(found)


def _by_subject(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.event.subject.id].append(entry)
    return found


def _ratifications(chain: Chain, decided: dict[str, list[Entry]]) -> dict[str, Entry]:
    """What was decided about the bypass of each request, by the request."""
    return {
        entry.event.payload["about"]["id"]: decided[entry.event.subject.id][0]
        for entry in chain.of(EventKind.DECISION_REQUESTED)
        if entry.event.payload["kind"] == DecisionKind.BYPASS_RATIFICATION
        and entry.event.subject.id in decided
    }


def _decision(
    asked: Entry, decided: Entry, bypassed: Iterable[Entry], ratified: Entry | None
) -> TakenDecision:
    payload, outcome, used = asked.event.payload, decided.event.payload, list(bypassed)
    due_at = datetime.fromisoformat(payload["due_at"])
    roles = dict.fromkeys(each["role"] for each in outcome["decided_by"])
    rests_on = [asked, decided, *used[:1], *([ratified] if ratified else [])]
    return TakenDecision(
        request=asked.event.subject.id,
        kind=payload["kind"],
        question=payload["question"],
        asked_at=asked.occurred_at,
        due_at=due_at,
        decided_at=decided.occurred_at,
        took_seconds=max(0, seconds_between(asked.occurred_at, decided.occurred_at)),
        late=decided.occurred_at > due_at,
        outcome=outcome["outcome"],
        roles=tuple(roles),
        exception_code=payload_of(used[0])["exception_code"] if used else None,
        ratified=payload_of(ratified).get("outcome"),
        entries=tuple(each.id for each in rests_on),
    )

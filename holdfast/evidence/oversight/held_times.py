"""The times that a provider was held to: until when, how long they stood still, kept or missed.

Each time is one deadline. The update is due again after each that was heard, so that it is several.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from holdfast.domain.events import EventKind
from holdfast.domain.roles import Role
from holdfast.domain.third_party.times import clock_of
from holdfast.domain.values import Count, Frozen, Identifier, Instant, Line
from holdfast.evidence.entry import Entry
from holdfast.evidence.oversight.chain import Chain

__all__ = [
    "DueAt",
    "HeldTime",
    "Moment",
    "Result",
    "SentBrief",
    "StoodStill",
    "TakenStep",
    "held_times",
]

_NUMBERED = re.compile(r"third-party-[0-9]+:([a-z_]+)-([0-9]+)")
_CALLS = (EventKind.THIRD_PARTY_CALLED,)


class Result(StrEnum):
    """What became of a time."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    LATE = "late"
    """Met, but after the deadline."""
    MISSED = "missed"
    """The deadline has passed, and what it waited for has not come."""
    CANCELLED = "cancelled"
    """Nothing waited for it any more, and its deadline had not passed."""


class Moment(Frozen):
    """When something happened, and the entry that says so."""

    at: Instant
    entry: Identifier


class DueAt(Frozen):
    """Until when it was due, since that entry: armed, for another severity, after a pause."""

    due_at: Instant
    since: Instant
    entry: Identifier


class StoodStill(Frozen):
    """An interval in which it stood still; `because` is the entry that let it: a grant, a claim."""

    since: Instant
    entry: Identifier
    because: Identifier | None
    until: Instant | None = None
    ended: Identifier | None = None


class SentBrief(Frozen):
    """A communication by which our own people were woken, and the entry that opened it."""

    communication: Count
    entry: Identifier


class TakenStep(Frozen):
    """A step of a ladder after the deadline: our roles, or a rung of the provider's own.

    `called` is the entry of the call of the provider, `briefs` the communications to our people.
    """

    at: Instant
    entry: Identifier
    overdue_seconds: Count
    roles: tuple[Role, ...]
    rung: Count | None
    called: Identifier | None
    briefs: tuple[SentBrief, ...]


class HeldTime(Frozen):
    """One deadline. `turn` counts those of the same clock: updates are due again and again.

    `met_at` is the moment that counts, which may have been told later; `met_by` are the entries
    that met it. `late_by_seconds` is by the calendar, not in service time.
    """

    id: Identifier
    clock: Line
    round: Count
    turn: Count
    title: Line
    due: tuple[DueAt, ...]
    stood_still: tuple[StoodStill, ...] = ()
    warned: tuple[Moment, ...] = ()
    missed: Moment | None = None
    steps: tuple[TakenStep, ...] = ()
    result: Result = Result.RUNNING
    met_at: Instant | None = None
    met_by: tuple[Identifier, ...] = ()
    late_by_seconds: Count | None = None
    ended: Moment | None = None

    @property
    def of_provider(self) -> bool:
        """Whether the provider owed it; the others are ours."""
        return clock_of(self.id) is not None

    @property
    def due_at(self) -> datetime:
        """The deadline that counts: the last one that was set."""
        return self.due[-1].due_at


def held_times(chain: Chain) -> tuple[HeldTime, ...]:
    """All times of an escalation, the provider's and ours, in the order in which they began."""
    found: list[HeldTime] = []
    latest: dict[str, int] = {}
    for entry in chain.own:
        clock_id = entry.event.subject.id
        if entry.event.subject.type != "clock" or not _NUMBERED.fullmatch(clock_id):
            continue
        at = latest.get(clock_id)
        if at is not None and (entry.event.kind is not EventKind.CLOCK_ARMED or _again(entry)):
            found[at] = _after(chain, found[at], entry)
        elif at is None or entry.event.kind is EventKind.CLOCK_ARMED:
            turn = 1 if at is None else found[at].turn + 1
            latest[clock_id] = len(found)
            begun = _begun(entry, turn)
            is_armed = entry.event.kind is EventKind.CLOCK_ARMED
            found.append(begun if is_armed else _after(chain, begun, entry))
    return tuple(_ended(held, chain.closed) for held in found)


def _ended(held: HeldTime, closed: Entry | None) -> HeldTime:
    """The time as the end of the escalation leaves it: its workflow may not have stopped it."""
    if closed is None or held.result not in {Result.RUNNING, Result.PAUSED}:
        return held
    now = Moment(at=closed.occurred_at, entry=closed.id)
    still = _moved_on(held, now)
    return held.model_copy(update={"result": Result.CANCELLED, "ended": now, "stood_still": still})


def _again(entry: Entry) -> bool:
    """Whether a clock that still ran was armed: the same time, due at another moment."""
    return bool(entry.event.payload["re_armed"])


def _begun(entry: Entry, turn: int) -> HeldTime:
    """What any entry of a clock says of it: the one that armed it may be withheld."""
    event = entry.event
    numbered = _NUMBERED.fullmatch(event.subject.id)
    assert numbered is not None  # noqa: S101 - narrows the type for mypy only
    return HeldTime(
        id=event.subject.id,
        clock=numbered[1],
        round=int(numbered[2]),
        turn=turn,
        title=event.payload["title"],
        due=(_due(entry),),
    )


def _after(chain: Chain, held: HeldTime, entry: Entry) -> HeldTime:
    """The time after another entry of its clock."""
    now, update = Moment(at=entry.occurred_at, entry=entry.id), dict[str, object]()
    match entry.event.kind:
        case EventKind.CLOCK_ARMED:
            update = {"due": (*held.due, _due(entry))}
        case EventKind.CLOCK_WARNED:
            update = {"warned": (*held.warned, now)}
        case EventKind.CLOCK_PAUSED:
            still = StoodStill(since=now.at, entry=now.entry, because=_because(entry))
            update = {"result": Result.PAUSED, "stood_still": (*held.stood_still, still)}
        case EventKind.CLOCK_RESUMED:
            due = held.due if _due(entry).due_at == held.due_at else (*held.due, _due(entry))
            update = {"due": due, "result": Result.RUNNING, "stood_still": _moved_on(held, now)}
        case EventKind.CLOCK_MISSED:
            update = {"result": Result.MISSED, "missed": now}
        case EventKind.CLOCK_ESCALATED:
            update = {"steps": (*held.steps, _step(chain, entry))}
        case EventKind.CLOCK_MET:
            update = _met(held, entry, now)
        case EventKind.CLOCK_CANCELLED:
            result = Result.MISSED if held.missed else Result.CANCELLED
            update = {"result": result, "ended": now, "stood_still": _moved_on(held, now)}
    return held.model_copy(update=update)


def _met(held: HeldTime, entry: Entry, now: Moment) -> dict[str, object]:
    """Say when it was met and whether in time: what was told late counts as of when it was so."""
    payload = entry.event.payload
    met_at = _instant(payload["as_of"]) if payload.get("as_of") else now.at
    late = bool(payload["after_deadline"])
    return {
        "result": Result.LATE if late else Result.KEPT,
        "met_at": met_at,
        "met_by": tuple(entry.event.causes),
        "late_by_seconds": int((met_at - held.due_at).total_seconds()) if late else None,
        "ended": now,
        "stood_still": _moved_on(held, now),
    }


def _moved_on(held: HeldTime, now: Moment) -> tuple[StoodStill, ...]:
    """The intervals, the last of which has ended now if it had not before."""
    if not held.stood_still or held.stood_still[-1].until is not None:
        return held.stood_still
    *before, last = held.stood_still
    return (*before, last.model_copy(update={"until": now.at, "ended": now.entry}))


def _step(chain: Chain, entry: Entry) -> TakenStep:
    payload = entry.event.payload
    called = chain.following(entry.id, *_CALLS)
    briefs = chain.following(entry.id, EventKind.COMMUNICATION_OPENED)
    return TakenStep(
        at=entry.occurred_at,
        entry=entry.id,
        overdue_seconds=payload["overdue_seconds"],
        roles=tuple(Role(role) for role in payload["roles"]),
        rung=payload.get("rung"),
        called=called[0].id if called else None,
        briefs=tuple(
            SentBrief(communication=brief.event.payload["number"], entry=brief.id)
            for brief in briefs
        ),
    )


def _due(entry: Entry) -> DueAt:
    due_at = _instant(entry.event.payload["due_at"])
    return DueAt(due_at=due_at, since=entry.occurred_at, entry=entry.id)


def _because(entry: Entry) -> str | None:
    return entry.event.causes[0] if entry.event.causes else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)

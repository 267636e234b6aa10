"""The calls of a provider: to which rung, why, as which message, and what became of it.

Whom a message went to stands in it by group only: the addresses are sealed.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.domain.communication.delivering import DeliveryReport
from holdfast.domain.communication.naming import communication_id, communication_workflow_id
from holdfast.domain.events import EventKind
from holdfast.domain.severity import Severity
from holdfast.domain.values import Count, Digest, Frozen, Identifier, Instant, Line, Text, Token
from holdfast.dora.register.terms import VendorClock
from holdfast.evidence.entry import Entry
from holdfast.evidence.oversight.chain import Chain
from holdfast.evidence.oversight.held_times import Moment

__all__ = ["ProviderCall", "SentMessage", "SentWay", "calls"]


class SentWay(Frozen):
    """One delivery of a message: over which channel, and what was last reported of it."""

    delivery: Count
    channel: Token
    group: Token
    language: Line
    report: DeliveryReport
    settled: bool
    at: Instant
    entry: Identifier


class SentMessage(Frozen):
    """The message of a call: its communication, its exact bytes by digest, and how it left.

    `id` is how mails and answers name it. It has none before it is drafted.
    """

    communication: Count
    opened: Identifier
    id: Identifier | None = None
    digest: Digest | None = None
    drafted: Moment | None = None
    approved: Moment | None = None
    approval_stood: bool | None = None
    """Whether nobody was asked, because the approval matrix lets such calls leave."""
    released: Moment | None = None
    deliveries: tuple[SentWay, ...] = ()
    published: Moment | None = None
    cancelled: Moment | None = None
    cancelled_because: Text | None = None


class ProviderCall(Frozen):
    """One call of the provider. `contacts` are ids of the directory; nobody is named.

    `why` is `first` at the beginning of a round, later `breach`, `rung`, `not_restored`, or
    `severity` where another one sets other times; `about` is the time that has passed.
    """

    entry: Identifier
    at: Instant
    round: Count
    why: Token
    about: VendorClock | None
    severity: Severity | None
    because: Text
    rung: Count
    title: Line | None
    contacts: tuple[Token, ...]
    channel: Token | None
    answer_until: Instant
    messages: tuple[SentMessage, ...]


def calls(chain: Chain) -> tuple[ProviderCall, ...]:
    """All calls of an escalation, in order."""
    kinds = (EventKind.THIRD_PARTY_ASKED, EventKind.THIRD_PARTY_CALLED)
    return tuple(_call(chain, entry) for entry in chain.own_of(*kinds))


def _call(chain: Chain, entry: Entry) -> ProviderCall:
    payload = entry.event.payload
    opened = chain.following(entry.id, EventKind.COMMUNICATION_OPENED)
    return ProviderCall(
        entry=entry.id,
        at=entry.occurred_at,
        round=payload["round"],
        why=payload.get("why", "first"),
        about=payload.get("clock"),
        severity=payload.get("severity"),
        because=payload["call"]["because"],
        rung=payload["rung"],
        title=payload["title"],
        contacts=tuple(payload["contacts"]),
        channel=payload["channel"],
        answer_until=payload["call"]["answer_until"],
        messages=tuple(_message(chain, each) for each in opened),
    )


def _message(chain: Chain, opened: Entry) -> SentMessage:
    number = opened.event.payload["number"]
    workflow = communication_workflow_id(chain.incident, number)
    told = chain.written_by(workflow)
    name = communication_id(chain.incident, number)
    # The incident cancels one whose workflow is no more.
    told += [
        entry
        for entry in chain.of(EventKind.COMMUNICATION_CANCELLED)
        if entry.event.subject.id == name and entry.workflow != workflow
    ]
    message = SentMessage(communication=number, opened=opened.id)
    for entry in told:
        message = message.model_copy(update=_told(message, entry, name))
    return message


def _told(message: SentMessage, entry: Entry, name: str) -> dict[str, object]:
    """What an entry of the communication changes."""
    payload, now = entry.event.payload, Moment(at=entry.occurred_at, entry=entry.id)
    told: dict[str, object] = {}
    match entry.event.kind:
        case EventKind.COMMUNICATION_DRAFTED:
            version = f"{name}/v{payload['version']}"
            told = {"id": version, "digest": payload["draft"]["message"], "drafted": now}
        case EventKind.COMMUNICATION_APPROVED:
            told = {"approved": now, "approval_stood": payload["standing"]}
        case EventKind.COMMUNICATION_RELEASED:
            version = f"{name}/v{payload['version']}"
            told = {"id": version, "digest": payload["message"], "released": now}
        case EventKind.COMMUNICATION_DELIVERED:
            told = {"deliveries": _with(message.deliveries, _way(entry))}
        case EventKind.COMMUNICATION_PUBLISHED:
            told = {"published": now}
        case EventKind.COMMUNICATION_CANCELLED:
            told = {"cancelled": now, "cancelled_because": payload["because"]}
    return told


def _way(entry: Entry) -> SentWay:
    payload = entry.event.payload
    return SentWay(
        delivery=payload["delivery"],
        channel=payload["channel"],
        group=payload["group"],
        language=payload["language"],
        report=DeliveryReport.model_validate(payload["report"]),
        settled=payload["state"] == "settled",
        at=entry.occurred_at,
        entry=entry.id,
    )


def _with(ways: Iterable[SentWay], way: SentWay) -> tuple[SentWay, ...]:
    """The deliveries, with what was reported last of each."""
    latest = {each.delivery: each for each in (*ways, way)}
    return tuple(latest[number] for number in sorted(latest))

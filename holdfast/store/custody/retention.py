"""Retention: proposing that content is disposed of, and disposing of it, by two people.

The rules are asked here; the database asks those that matter most once more, in `evidence.dispose`,
and changes nothing without them. One transaction holds the entry, the disposal, and the end of
everything that was derived from the content.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.retention import retention_policy
from holdfast.domain.roles import Actor
from holdfast.domain.severity import Severity
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.errors import Conflict, NotFound
from holdfast.evidence.entry import Entry
from holdfast.store.availability import reason_of
from holdfast.store.chosen_deeds import ChosenDeed, IdReused, find_deed, record_chosen_deed
from holdfast.store.custody.disposable import Disposable, find_disposable, forget_intake
from holdfast.store.custody.four_eyes import require_another_person
from holdfast.store.custody.holds import list_holds, take_disposal_turn
from holdfast.store.deeds import record_deed
from holdfast.store.incidents import fetch_incident
from holdfast.store.rebuild import rebuild_incident
from holdfast.store.remediation.reading import list_tasks_of
from holdfast.store.reporting.reading import list_open_reportings

__all__ = [
    "Approval",
    "DisposalRefused",
    "HoldStands",
    "IncidentNotClosed",
    "Proposal",
    "RetentionRunning",
    "dispose",
    "find_disposal",
    "find_proposal",
    "propose_disposal",
]

_DISPOSE = text("SELECT evidence.dispose(:entry_id)")
_REFUSED = "42501"  # insufficient_privilege


class IncidentNotClosed(Conflict):
    """The incident, a remediation task or a reporting of it is open: nothing is disposed of."""

    code = "incident_not_closed"


class RetentionRunning(Conflict):
    """The content has to be kept still."""

    code = "retention_running"


class HoldStands(Conflict):
    """A legal or supervisory hold keeps the content."""

    code = "hold_stands"


class DisposalRefused(Conflict):
    """The content is not as it was found a moment ago, or there is nothing to dispose of."""

    code = "disposal_refused"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody asks that the content of an incident is disposed of; `now` is aware."""

    incident_id: str
    proposal_id: str
    reason: str
    actor: Actor
    now: datetime
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody else agrees, and so does it; `now` is aware."""

    proposal_id: str
    rationale: str
    actor: Actor
    now: datetime
    trace: str | None = None


async def propose_disposal(
    connection: AsyncConnection, policy: PinnedPolicy, proposal: Proposal
) -> ChosenDeed:
    """Record a proposal in the caller's transaction. The same once more is the same entry.

    Raises:
        NotFound: there is no such incident.
        IncidentNotClosed, RetentionRunning, HoldStands: its content has to be kept.
        DisposalRefused: there is nothing to dispose of, or not yet.
        IdReused: a proposal of that id stands already, and is another.
    """
    await take_disposal_turn(connection, proposal.incident_id)
    derived: JsonObject = {}
    if await find_proposal(connection, proposal.proposal_id) is None:
        due = await _require_due(connection, policy, proposal.incident_id, proposal.now)
        disposable = await _require_disposable(connection, proposal.incident_id)
        derived = {
            **due,
            "count": disposable.count,
            "artifacts": len(disposable.artifacts),
        }
    event = Event(
        kind=EventKind.RETENTION_PROPOSED,
        subject=Subject(type="disposal", id=proposal.proposal_id),
        actor=proposal.actor,
        payload={"reason": proposal.reason, **derived},
        policy=policy.pin,
    )
    return await record_chosen_deed(
        connection,
        proposal.incident_id,
        _proposing(proposal.proposal_id),
        event,
        trace=proposal.trace,
        unsaid=_DERIVED,
    )


async def find_proposal(connection: AsyncConnection, proposal_id: str) -> Entry | None:
    """Read the entry of a proposal; None where there is none."""
    return await find_deed(connection, _proposing(proposal_id))


async def find_disposal(connection: AsyncConnection, proposal_id: str) -> Entry | None:
    """Read the entry of what was done as that proposal asked; None while it was not."""
    return await find_deed(connection, _disposing(proposal_id))


async def dispose(
    connection: AsyncConnection, policy: PinnedPolicy, approval: Approval
) -> ChosenDeed:
    """Dispose of what was proposed, in the caller's transaction. The same once more does nothing.

    Raises:
        NotFound: there is no such proposal.
        SelfApproval: whoever proposed it would approve it.
        IdReused: it was approved before, by somebody else or for another reason.
        As `propose_disposal`: a hold was placed meanwhile, and so on.
    """
    proposed = await find_proposal(connection, approval.proposal_id)
    if proposed is None:
        message = f"there is no proposal {approval.proposal_id}"
        raise NotFound(message, proposal_id=approval.proposal_id)
    require_another_person(approval.actor, proposed)
    await take_disposal_turn(connection, proposed.incident)
    if (earlier := await find_disposal(connection, approval.proposal_id)) is not None:
        if not _is_the_same(earlier, approval):
            message = f"{approval.proposal_id} was approved before"
            raise IdReused(message, entry_id=earlier.id)
        return ChosenDeed(earlier, new=False)
    await _require_due(connection, policy, proposed.incident, approval.now)
    disposable = await _require_disposable(connection, proposed.incident)
    event = _disposal(proposed, approval, policy, disposable)
    entry = await record_deed(
        connection,
        proposed.incident,
        _disposing(approval.proposal_id),
        event,
        trace=approval.trace,
    )
    await _empty(connection, entry)
    return ChosenDeed(entry, new=True)


async def _empty(connection: AsyncConnection, disposal: Entry) -> None:
    """Go through the gate, and clear away all that was derived from the content."""
    try:
        await connection.execute(_DISPOSE, {"entry_id": disposal.id})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _REFUSED:
            raise
        raise DisposalRefused(reason_of(error), incident_id=disposal.incident) from error
    await forget_intake(connection, disposal.incident)
    await rebuild_incident(connection, disposal.incident)


async def _require_due(
    connection: AsyncConnection, policy: PinnedPolicy, incident_id: str, now: datetime
) -> JsonObject:
    """Check that the content may go by now; return under which class, and since when."""
    row = await fetch_incident(connection, incident_id)
    names = {"incident_id": incident_id}
    if row is None:
        message = f"there is no incident {incident_id}"
        raise NotFound(message, **names)
    if row["closed_at"] is None:
        message = f"{incident_id} is not closed"
        raise IncidentNotClosed(message, **names)
    # They outlive their incident, and write to its evidence for as long as they are open.
    tasks = await list_tasks_of(connection, incident_id)
    if open_tasks := [task["task_id"] for task in tasks if task["closed_at"] is None]:
        message = f"not all of its remediation is closed: {', '.join(open_tasks)}"
        raise IncidentNotClosed(message, **names)
    if reportings := await list_open_reportings(connection, incident_id):
        message = f"not all of its reporting is closed: {', '.join(reportings)}"
        raise IncidentNotClosed(message, **names)
    rules = retention_policy(policy.content)
    severity = Severity(row["severity"]) if row["severity"] else None
    kept_until = rfc3339(rules.kept_until(row["closed_at"], severity))
    if not rules.due_for_disposal(row["closed_at"], severity, now):
        message = f"the content of {incident_id} is kept until {kept_until}"
        raise RetentionRunning(message, kept_until=kept_until, **names)
    holds = [hold.hold_id for hold in await list_holds(connection, incident_id, only_standing=True)]
    if holds:
        message = f"the content of {incident_id} is held: {', '.join(holds)}"
        raise HoldStands(message, holds=holds, **names)
    return {
        "class": rules.class_of(severity),
        "closed_at": rfc3339(row["closed_at"]),
        "kept_until": kept_until,
    }


async def _require_disposable(connection: AsyncConnection, incident_id: str) -> Disposable:
    disposable = await find_disposable(connection, incident_id)
    if disposable.unlogged:
        message = f"{disposable.unlogged} record(s) of {incident_id} are not in the log yet"
        raise DisposalRefused(message, incident_id=incident_id)
    if not disposable.count and not disposable.artifacts:
        message = f"{incident_id} has no content that could be disposed of"
        raise DisposalRefused(message, incident_id=incident_id)
    return disposable


def _disposal(
    proposed: Entry, approval: Approval, policy: PinnedPolicy, disposable: Disposable
) -> Event:
    return Event(
        kind=EventKind.RETENTION_DISPOSED,
        subject=proposed.event.subject,
        actor=approval.actor,
        payload={
            "proposal": proposed.id,
            "rationale": approval.rationale,
            "count": disposable.count,
            "first": disposable.first,
            "last": disposable.last,
            "artifacts": list(disposable.artifacts),
        },
        policy=policy.pin,
        causes=(proposed.id,),
    )


def _is_the_same(earlier: Entry, approval: Approval) -> bool:
    said = (earlier.event.actor.id, earlier.event.payload["rationale"])
    return said == (approval.actor.id, approval.rationale)


def _proposing(proposal_id: str) -> str:
    return f"retention/{proposal_id}"


def _disposing(proposal_id: str) -> str:
    return f"disposal/{proposal_id}"


_DERIVED = frozenset({"class", "closed_at", "kept_until", "count", "artifacts"})
"""What the proposal says of itself and nobody has asked for."""

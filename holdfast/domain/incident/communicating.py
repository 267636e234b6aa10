"""The communications of an incident: opened by people, by escalations, and by the next update due.

DORA Art. 14 asks for communication with staff, clients, counterparts and the public, Art. 17(3)(d)
for plans of it. The incident opens a communication and hears when it is published and closed; what
is said, and who signs it off, is the communication's own process.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.clocks import Clock, Clocks, Rang
from holdfast.domain.communication.asking import CancelCommunication, OpenCommunication
from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.naming import communication_id, communication_workflow_id
from holdfast.domain.communication.opening import OpenedCommunication
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident.communications import (
    begin,
    has_rules,
    keep,
    next_communication,
    open_by_itself,
    opened_payload,
    opening_of,
)
from holdfast.domain.incident.following import response_of
from holdfast.domain.incident.reporting import CLIENT_NOTIFICATION
from holdfast.domain.incident.work import Work
from holdfast.domain.notices import Noticed
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Role
from holdfast.domain.schedules import Schedule
from holdfast.domain.severity import Response
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party.naming import escalation_workflow_id
from holdfast.domain.values import JsonObject

__all__ = [
    "UPDATE_CLOCKS",
    "arm_next_update",
    "brief",
    "heard",
    "open_all_clears",
    "open_communication",
    "pending",
    "promise_of",
    "rang",
    "renew_updates",
    "write_off",
]

_PROMISING = frozenset({Purpose.HOLDING_STATEMENT, Purpose.SITUATION_UPDATE, Purpose.CLIENT_NOTICE})
"""Purposes whose messages say when the next one follows."""

_LONGEST_REASON = 200


def open_communication(
    work: Work, submission: Submission, body: OpenCommunication, now: datetime
) -> Refusal | None:
    """Open a communication with a person's draft."""
    del now
    if not has_rules(work):
        detail = (
            f"the approval matrix of {work.state.incident_id} says nothing of communications:"
            " re-pin it to the matrix in force"
        )
        return Refusal(RefusalReason.NO_COMMUNICATION_RULES, detail)
    if refusal := _refuse_correction(work, body.draft.supersedes):
        return refusal
    number, about = next_communication(work)
    content = opened_payload(work, number, body.purpose, body.audience, draft=body.draft)
    content["comment"] = body.comment
    opened = work.receipt(EventKind.COMMUNICATION_OPENED, submission, content, subject=about)
    opening = opening_of(work, number, body.purpose, body.audience, opened)
    own = {"draft": body.draft, "author": submission.principal, "comment": body.comment}
    begin(work, opening.model_copy(update=own))
    return None


def write_off(
    work: Work, submission: Submission, body: CancelCommunication, now: datetime
) -> Refusal | None:
    """Count a communication as ended whose workflow is no more, as somebody has found."""
    del now
    known = work.state.communications.get(str(body.communication))
    if known is None or known.closed:
        detail = f"there is no open communication {body.communication}"
        return Refusal(RefusalReason.UNKNOWN_COMMUNICATION, detail)
    called = communication_id(work.state.incident_id, known.number)
    content = {"number": known.number, "version": None, "message": None, "because": body.because}
    cancelled = work.receipt(
        EventKind.COMMUNICATION_CANCELLED,
        submission,
        content,
        subject=Subject(type="communication", id=called),
    )
    # Should there be a workflow after all, it has to end too.
    work.state.to_tell.append((_workflow(work, known), cancelled))
    keep(work, known.model_copy(update={"closed": True}))
    return None


def brief(work: Work, roles: tuple[Role, ...], because: str, cause: str) -> None:
    """Wake the people in charge of these roles; `cause` is the entry that says why."""
    if not has_rules(work):
        return
    only_management = set(roles) == {Role.MANAGEMENT_BODY}
    audience = Audience.MANAGEMENT_BODY if only_management else Audience.STAFF
    wish = DraftWish(
        purpose=Purpose.ESCALATION_BRIEF,
        audience=audience,
        roles=roles,
        because=because[:_LONGEST_REASON],
    )
    open_by_itself(work, wish, (cause,))


def heard(work: Work, noticed: Noticed, now: datetime) -> None:
    """Take in what one of the incident's communications has recorded."""
    event, known = noticed.event, _writer(work, noticed)
    if known is None:
        return
    if event.kind is EventKind.COMMUNICATION_PUBLISHED:
        _published(work, known, noticed, now)
    elif event.kind is EventKind.COMMUNICATION_CLOSED:
        _closed(work, known, noticed)
    elif event.kind is EventKind.CLOCK_ESCALATED and noticed.entry not in work.state.briefed:
        work.state.briefed.append(noticed.entry)
        roles = tuple(Role(role) for role in event.payload["roles"])
        brief(work, roles, _overdue(event.payload["title"]), noticed.entry)


def rang(work: Work, rung: Rang) -> None:
    """Open the next update while there is time to sign it off; wake whom a ladder brings in."""
    audience = UPDATE_CLOCKS.get(rung.clock.id)
    if audience is not None and rung.kind is EventKind.CLOCK_WARNED:
        _follow_up(work, audience, Purpose.SITUATION_UPDATE, rung.entry)
    if rung.roles:
        brief(work, rung.roles, _overdue(rung.clock.title), rung.entry)


def renew_updates(work: Work, now: datetime, cause: str) -> None:
    """Set the cadence of the severity that was just assigned; `cause` is its entry."""
    response = response_of(work)
    for clock_id, audience in UPDATE_CLOCKS.items():
        clock = work.clocks.get(clock_id)
        if response is not None and clock is not None and clock.open:
            arm_next_update(work.clocks, audience, response, now, cause)


def arm_next_update(
    clocks: Clocks,
    audience: Audience,
    response: Response,
    now: datetime,
    cause: str,
    promised: datetime | None = None,
) -> Clock:
    """Set when that audience is told next; `cause` is the entry of what it was told last.

    That is when it was promised, where that still lies ahead, else a whole cadence from now on.
    """
    within = response.update_every
    if promised is not None and promised > now:
        within = (promised - now) * clocks.pace  # it is a moment on the wall
    schedule = Schedule(
        due_after=within,
        warn_before=(response.update_every / 4,),
        ladder=response.ladder,
    )
    title = f"Publish the next update to {audience}"
    return clocks.arm(_clock_id(audience), title, now, schedule, causes=(cause,))


def open_all_clears(work: Work, cause: str) -> None:
    """Open the close-out message to everybody who was promised another one."""
    for clock_id, audience in UPDATE_CLOCKS.items():
        clock = work.clocks.get(clock_id)
        if clock is not None and clock.open:
            work.clocks.cancel(clock_id, causes=(cause,))
            _follow_up(work, audience, Purpose.ALL_CLEAR, cause)


def pending(work: Work) -> list[str]:
    """What of the communications is still to be done, by name.

    Briefs of escalations are nobody's task: they leave by themselves, and end with the incident.
    """
    return [
        f"communication {known.number}"
        for known in work.state.communications.values()
        if not known.closed and known.purpose is not Purpose.ESCALATION_BRIEF
    ]


def _workflow(work: Work, known: OpenedCommunication) -> str:
    return communication_workflow_id(work.state.incident_id, known.number)


def _closed(work: Work, known: OpenedCommunication, noticed: Noticed) -> None:
    """Note that nothing of it is left to do; the escalation whose call it was hears it too."""
    keep(work, known.model_copy(update={"closed": True}))
    if known.escalation is not None:
        called = escalation_workflow_id(work.state.incident_id, known.escalation)
        work.state.to_tell.append((called, noticed.entry))


def _writer(work: Work, noticed: Noticed) -> OpenedCommunication | None:
    """The communication whose workflow has recorded it."""
    for known in work.state.communications.values():
        if noticed.workflow == _workflow(work, known):
            return known
    return None


def _clock_id(audience: Audience) -> str:
    return f"update/{audience}"


UPDATE_CLOCKS = {_clock_id(audience): audience for audience in Audience}
"""The audiences by the clock that says when each is told next."""


def _refuse_correction(work: Work, number: int | None) -> Refusal | None:
    if number is None:
        return None
    known = work.state.communications.get(str(number))
    if known is not None and known.published is not None:
        return None
    detail = f"there is no published communication {number} to correct"
    return Refusal(RefusalReason.UNKNOWN_COMMUNICATION, detail)


def promise_of(published: JsonObject) -> datetime | None:
    """Until when a message has promised the next one; `published` is what its entry holds."""
    said = published.get("next_update_due")
    return datetime.fromisoformat(said) if said else None


def _published(work: Work, known: OpenedCommunication, noticed: Noticed, now: datetime) -> None:
    if known.published is not None:
        return
    entry, promised = noticed.entry, promise_of(noticed.event.payload)
    keep(work, known.model_copy(update={"published": entry}))
    if known.purpose is Purpose.CLIENT_NOTICE:
        work.clocks.meet(CLIENT_NOTIFICATION, causes=(entry,))
    clock_id, response = _clock_id(known.audience), response_of(work)
    if known.purpose is Purpose.ALL_CLEAR:
        work.clocks.cancel(clock_id, causes=(entry,))
    elif known.purpose in _PROMISING and response is not None and work.state.recovered_at is None:
        work.clocks.meet(clock_id, causes=(entry,))
        arm_next_update(work.clocks, known.audience, response, now, entry, promised)


def _follow_up(work: Work, audience: Audience, purpose: Purpose, cause: str) -> None:
    """Open the next message to an audience, to where its last one went, unless one is open."""
    told = [each for each in work.state.communications.values() if each.audience is audience]
    last = max((each.number for each in told if each.published is not None), default=None)
    if any(each.purpose is purpose and not each.closed for each in told):
        return
    open_by_itself(work, DraftWish(purpose=purpose, audience=audience, follows=last), (cause,))


def _overdue(title: str) -> str:
    return f"Overdue: {title}"

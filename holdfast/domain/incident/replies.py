"""What comes back: acknowledgements, replies, complaints, and questions of the authority.

Complaints feed the criterion of reputational impact (Delegated Regulation (EU) 2024/1772 Art. 2(b):
repetitive complaints from different clients or financial counterparts).
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.communication.asking import RecordReply
from holdfast.domain.communication.kinds import ReplyKind
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident.facts_by_rule import state_fact
from holdfast.domain.incident.work import Work
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.schedules import Schedule
from holdfast.domain.submissions import Submission

__all__ = ["arm_question", "pending_questions", "question_clock", "record_reply"]

_REPEATED = 2
"""Complaints from which on they are repetitive: one is none, the second repeats it."""

_FACT = "repetitive_complaints"
_WARNED_BEFORE = (4, 2)
"""Parts of the time for an answer that are left when it is warned of."""


def record_reply(
    work: Work, submission: Submission, body: RecordReply, now: datetime
) -> Refusal | None:
    """Record what came back, and what follows from it."""
    if refusal := _refuse(work, body):
        return refusal
    state = work.state
    state.replies += 1
    reply = f"reply-{state.replies}"
    state.complaints += body.reply is ReplyKind.COMPLAINT
    content = body.model_dump(mode="json", exclude={"type", "sealed"})
    content |= {"number": state.replies, "complaints": state.complaints}
    entry = work.receipt(
        EventKind.REPLY_RECEIVED,
        submission,
        content,
        subject=Subject(type="reply", id=f"{state.incident_id}/{reply}"),
        sealed=body.sealed,
    )
    if body.answered is not None:
        work.clocks.meet(question_clock(body.answered), actor=submission.principal, causes=(entry,))
    if body.reply is ReplyKind.REGULATOR_QUESTION and body.due_at is not None:
        arm_question(work.clocks, reply, body.due_at, now, entry)
    if body.reply is ReplyKind.COMPLAINT:
        _count(work, entry, now)
    return None


def arm_question(clocks: Clocks, reply: str, due_at: datetime, now: datetime, entry: str) -> Clock:
    """Set until when the authority wants its answer; `entry` holds the question."""
    # What the authority has said is a moment on the wall, in a drill too.
    left = max(due_at - now, due_at - due_at) * clocks.pace
    schedule = Schedule(due_after=left, warn_before=tuple(left / part for part in _WARNED_BEFORE))
    title = f"Answer the authority's question ({reply})"
    return clocks.arm(question_clock(reply), title, now, schedule, causes=(entry,))


def pending_questions(work: Work) -> list[str]:
    """The questions of authorities that nobody has answered yet."""
    prefix = question_clock("")
    return [
        clock_id.removeprefix(prefix)
        for clock_id, clock in work.state.clocks.items()
        if clock_id.startswith(prefix) and clock.open
    ]


def question_clock(reply: str) -> str:
    """The id of the clock that runs until the authority has its answer."""
    return f"authority-question/{reply}"


def _refuse(work: Work, body: RecordReply) -> Refusal | None:
    known = work.state.communications
    if body.communication is not None and str(body.communication) not in known:
        detail = f"there is no communication {body.communication}"
        return Refusal(RefusalReason.UNKNOWN_COMMUNICATION, detail)
    if body.answered is not None and body.answered not in pending_questions(work):
        detail = f"no question of an authority is open under {body.answered}"
        return Refusal(RefusalReason.UNKNOWN_COMMUNICATION, detail)
    return None


def _count(work: Work, entry: str, now: datetime) -> None:
    """State that complaints repeat, once they do and as long as nobody has said otherwise."""
    complaints = work.state.complaints
    if complaints >= _REPEATED:
        state_fact(work, _FACT, f"complaint intake: {complaints} complaints", now, entry)

"""Reception of submissions: each is taken once, and each gets exactly one receipt."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind, Record, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import Submission
from holdfast.domain.values import digest_of

__all__ = ["Reception"]

_MOST_SEEN = 1_000
"""Submissions remembered for deduplication; for older ones the store's receipts stand behind it."""


class Reception:
    """Where the submissions of one workflow come in."""

    def __init__(self, seen: dict[str, str], record: Record) -> None:
        """Go on with what was seen: digests of bodies by submission, carried in the state."""
        self._seen = seen
        self._record = record

    def receive(self, submission: Submission, take: Callable[[Submission], Refusal | None]) -> None:
        """Let a verified submission be taken, unless it was before; record why it is refused."""
        digest = digest_of(submission.body.model_dump(mode="json"))
        earlier = self._seen.get(submission.submission_id)
        if earlier == digest:
            return  # the same submission delivered again: its receipt stands
        if earlier is not None:
            detail = f"{submission.submission_id} was used for something else"
            reused = Refusal(RefusalReason.SUBMISSION_ID_REUSED, detail)
            self.refuse(submission, reused, receipt=False)
            return
        self._remember(submission.submission_id, digest)
        if refusal := take(submission):
            self.refuse(submission, refusal, receipt=True)

    def refuse(self, submission: Submission, refusal: Refusal, *, receipt: bool) -> None:
        """Record why a verified submission is refused, as its receipt where it has none yet."""
        self._record(
            Event(
                kind=EventKind.SUBMISSION_REFUSED,
                subject=Subject(
                    type="submission",
                    id=submission.submission_id,
                    digest=digest_of(submission.body.model_dump(mode="json")),
                ),
                actor=submission.principal,
                payload={
                    "reason": str(refusal.reason),
                    "detail": refusal.detail,
                    "type": submission.body.type,
                    "request": getattr(submission.body, "request_id", None),
                },
                causes=(f"submission:{submission.submission_id}",),
                answers=submission.submission_id if receipt else None,
            )
        )

    def refuse_unverified(self, signal: str, digest: str, refusal: Refusal) -> None:
        """Record a signal that is no genuine submission; nobody is named, for nobody is known."""
        self._record(
            Event(
                kind=EventKind.SUBMISSION_REFUSED,
                subject=Subject(type="signal", id="unverified", digest=digest),
                payload={
                    "reason": str(refusal.reason),
                    "detail": refusal.detail,
                    "signal": signal,
                },
            )
        )

    def _remember(self, submission_id: str, digest: str) -> None:
        self._seen[submission_id] = digest
        while len(self._seen) > _MOST_SEEN:
            del self._seen[next(iter(self._seen))]

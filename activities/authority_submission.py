"""Submitting to competent authorities, as an activity: what was approved leaves, and is accounted.

What can be told is an outcome, even where nothing could leave: the workflow records it. Only what
may be otherwise at the next attempt is an error, and Temporal makes that attempt.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.authority_documents import DocumentWriters
from activities.authority_preparing import Preparation, Prepared, Unsubmittable
from holdfast.activity_names import ActivityName
from holdfast.channels.authorities import Authorities, AuthorityAnswer
from holdfast.channels.authorities.receipts import RECEIPT_MEDIA_TYPE, receipt_of
from holdfast.channels.outgoing import AnswerOutcome
from holdfast.domain.reporting.submitting import SubmissionOrder, SubmissionOutcome
from holdfast.errors import Fatal
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import store_artifact
from holdfast.store.authorities.ledger import (
    SubmissionAttempt,
    SubmissionLedger,
    SubmissionState,
)
from holdfast.store.communications.ledger import DeliveryUnderWay, sole_connection

__all__ = ["AuthoritySubmissionActivities"]

_SIGN_OF_LIFE_SECONDS = 2.0
_LONGEST_LINE = 200
_STOPPING = "this worker is stopping"

_ATTEMPTS = Counter(
    "holdfast_authority_submission_attempts",
    "Attempts to hand something over to a competent authority, by what became of them",
    ["authority", "outcome"],
)
_STATES = {
    AnswerOutcome.TAKEN: SubmissionState.TAKEN,
    AnswerOutcome.REFUSED: SubmissionState.REFUSED,
    AnswerOutcome.NOT_NOW: SubmissionState.NOT_NOW,
    AnswerOutcome.UNKNOWN: SubmissionState.UNKNOWN,
}

_log = structlog.get_logger(__name__)


class AuthoritySubmissionActivities:
    """Activities that hand approved contents over to authorities.

    They put names of contacts into them, so they need the key-encryption keys (decision 0008).
    """

    def __init__(
        self,
        engine: AsyncEngine,
        keyring: KeyEncryptionKeys,
        authorities: Authorities,
        writers: DocumentWriters,
        *,
        drills_folder: Path | None = None,
    ) -> None:
        """Use that database, these keys, channels and writers of documents.

        What belongs to a drill goes into `drills_folder`; without one it goes nowhere.
        """
        self._engine = engine
        self._preparation = Preparation(keyring, authorities, writers, drills_folder)

    @activity.defn(name=ActivityName.SUBMIT_TO_AUTHORITY)
    async def submit_to_authority(self, order: SubmissionOrder) -> SubmissionOutcome:
        """Submit what was approved, once under its key, and say what became of it.

        An attempt that has begun is finished and recorded, whoever cancels it.

        Raises:
            ApplicationError: to be tried again: another process is at it, the authority does not
                take it now, or a key cannot be opened here.
        """
        work = asyncio.ensure_future(self._alone(order))
        try:
            async with _signs_of_life(order):
                outcome = await asyncio.shield(work)
        except asyncio.CancelledError:
            with contextlib.suppress(ApplicationError):
                await work
            details = activity.cancellation_details()
            if details is not None and details.worker_shutdown:
                raise _again(_STOPPING, "WorkerStops") from None
            raise
        _log.info(
            "authority.reported",
            key=order.key,
            authority=order.authority,
            submitted=outcome.submitted_at is not None,
            attempts=outcome.attempts,
            because=outcome.because,
        )
        return outcome

    async def _alone(self, order: SubmissionOrder) -> SubmissionOutcome:
        try:
            async with sole_connection(self._engine, f"authority/{order.key}") as connection:
                reported = await self._report(connection, order)
        except DeliveryUnderWay as error:
            raise _again(error.message, "SubmissionUnderWay") from None
        if isinstance(reported, ApplicationError):
            # Raised once the lock is released in peace: the connection stays good.
            raise reported
        return reported

    async def _report(
        self, connection: AsyncConnection, order: SubmissionOrder
    ) -> SubmissionOutcome | ApplicationError:
        ledger = SubmissionLedger(connection, order)
        before = await ledger.attempts()
        if before and before[-1].state.final:
            return _outcome(before[-1])
        if before and before[-1].state is SubmissionState.SENDING:
            lost = "its worker was lost while it was being sent"
            before[-1] = await ledger.settle(before[-1].number, SubmissionState.UNKNOWN, lost)
        try:
            prepared = await self._preparation.prepare(connection, order, ledger, before)
        except Unsubmittable as error:
            _ATTEMPTS.labels(order.authority, "unsubmittable").inc()
            return SubmissionOutcome(
                channel=order.authority, attempts=len(before), because=_line(error.message)
            )
        except Fatal as error:
            return _again(error.message, type(error).__name__)
        number = len(before) + 1
        await ledger.claim(number, prepared.sealed, prepared.files, diverted=prepared.diverted)
        answer = await _handed_over(prepared)
        attempt = await _settled(connection, ledger, number, prepared, answer)
        _ATTEMPTS.labels(order.authority, str(answer.outcome)).inc()
        if attempt.state.final:
            return _outcome(attempt)
        _log.warning(
            "authority.not_taken",
            key=order.key,
            authority=order.authority,
            attempt=number,
            because=answer.because,
        )
        return _again(answer.because or "not taken", "NotTakenYet", answer.retry_after)


async def _handed_over(prepared: Prepared) -> AuthorityAnswer:
    try:
        return await prepared.channel.submit(prepared.submission)
    except Exception as error:  # noqa: BLE001 - its words may repeat a secret: only its name is told
        _log.error(
            "authority.broke", authority=prepared.channel.authority, error=type(error).__name__
        )
        because = f"the channel broke off with {type(error).__name__}"
        return AuthorityAnswer(AnswerOutcome.UNKNOWN, because)


async def _settled(
    connection: AsyncConnection,
    ledger: SubmissionLedger,
    number: int,
    prepared: Prepared,
    answer: AuthorityAnswer,
) -> SubmissionAttempt:
    state = _STATES[answer.outcome]
    receipt = None
    if state.final:
        content = receipt_of(prepared.channel, prepared.submission, answer, datetime.now(UTC))
        receipt = await store_artifact(connection, content, RECEIPT_MEDIA_TYPE)
    return await ledger.settle(
        number,
        state,
        answer.because,
        status=answer.status,
        receipt=receipt,
        reference=answer.reference,
    )


def _outcome(attempt: SubmissionAttempt) -> SubmissionOutcome:
    """What the ledger says of an attempt after which there is no other."""
    taken = attempt.state is SubmissionState.TAKEN
    main = attempt.files[0]
    return SubmissionOutcome(
        channel=attempt.authority,
        submitted_at=attempt.ended_at if taken else None,
        ago=attempt.ago if taken and attempt.ago else timedelta(0),
        sent=main.digest,
        media_type=main.media_type,
        size=main.size,
        receipt=attempt.receipt,
        reference=attempt.reference,
        attempts=attempt.number,
        diverted=attempt.diverted,
        because=None if attempt.because is None else _line(attempt.because),
    )


@contextlib.asynccontextmanager
async def _signs_of_life(order: SubmissionOrder) -> AsyncIterator[None]:
    """Say that it is at work: an authority may take minutes to answer."""

    async def say() -> None:
        while True:
            activity.heartbeat(f"handing over to {order.authority}")
            await asyncio.sleep(_SIGN_OF_LIFE_SECONDS)

    saying = asyncio.ensure_future(say())
    try:
        yield
    finally:
        saying.cancel()


def _line(words: str) -> str:
    line = " ".join("".join(each if each.isprintable() else " " for each in words).split())
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def _again(message: str, kind: str, after: timedelta | None = None) -> ApplicationError:
    """An error that Temporal answers with another attempt."""
    return ApplicationError(message, type=kind, next_retry_delay=after)

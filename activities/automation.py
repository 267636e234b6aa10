"""Automated steps, as an activity: what the evidence has started is done once, and accounted for.

A claim is committed before anything begins. What a crash has left may have been done: it is
repeated only where a repeat is the same thing, and else nobody knows.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from holdfast.activity_names import ActivityName
from holdfast.automation import Automation, Automations, Done, Order, line_of
from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.automation.outcome import AutomationOutcome, AutomationState
from holdfast.errors import ContentDamaged
from holdfast.store.automation.ledger import AttemptLedger, Claimed
from holdfast.store.automation.started import NotStarted, see_that_it_was_started
from holdfast.store.communications.ledger import DeliveryUnderWay, sole_connection
from holdfast.store.drills.played import read_drill

__all__ = ["MOST_TRIES", "AutomationActivities"]

MOST_TRIES = 3
"""How often something that may be repeated is begun under one key."""

_SIGN_OF_LIFE_SECONDS = 2.0

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Course:
    """How far it is, and how it is stopped: `again` when Temporal makes another attempt."""

    words: str = "not begun"
    stopped: bool = False
    again: bool = False
    running: asyncio.Future[Done] | None = None

    def beat(self, words: str) -> None:
        self.words = words

    def stop(self, *, again: bool) -> None:
        self.stopped, self.again = True, again
        if self.running is not None:
            self.running.cancel()


class AutomationActivities:
    """Activities that do what steps of playbooks may have done without a person."""

    def __init__(
        self,
        engine: AsyncEngine,
        automations: Automations,
        *,
        back_off: timedelta = timedelta(seconds=5),
    ) -> None:
        """Use that database and these automations; `back_off` is the first wait before a repeat."""
        self._engine = engine
        self._automations = automations
        self._back_off = back_off

    @activity.defn(name=ActivityName.RUN_STEP)
    async def run_step(self, opening: AutomationOpening) -> AutomationOutcome:
        """Do it, or try it, and say what became of it; its sign of life is how far it is.

        A cancellation ends whatever runs, and its outcome is told all the same.

        Raises:
            ApplicationError: to be tried again: another process is at it, this worker stops, or
                something that may be repeated has no outcome yet.
        """
        course = _Course()
        work = asyncio.ensure_future(self._alone(opening, course))
        try:
            async with _signs_of_life(course):
                outcome = await asyncio.shield(work)
        except asyncio.CancelledError:
            details = activity.cancellation_details()
            course.stop(again=details is None or not details.cancel_requested)
            outcome = await work
        _log.info(
            "automation.reported",
            key=opening.id,
            automation=opening.automation,
            state=str(outcome.state),
            summary=outcome.summary,
        )
        return outcome

    async def _alone(self, opening: AutomationOpening, course: _Course) -> AutomationOutcome:
        try:
            async with sole_connection(self._engine, f"automation/{opening.id}") as connection:
                reported = await self._report(connection, opening, course)
        except DeliveryUnderWay as error:
            raise _again(error.message, "AutomationUnderWay") from None
        if isinstance(reported, ApplicationError):
            # Raised once the lock is released in peace: the connection stays good.
            raise reported
        return reported

    async def _report(
        self, connection: AsyncConnection, opening: AutomationOpening, course: _Course
    ) -> AutomationOutcome | ApplicationError:
        ledger = AttemptLedger(connection, opening)
        before = await ledger.find()
        if before is not None and before.outcome is not None and before.ordered == ledger.ordered:
            return before.outcome
        automation = self._automations.get(opening.automation)
        if refused := await self._refusal(connection, ledger, opening, before):
            return await _ended(ledger, before, refused)
        if automation is None or course.stopped:
            because = "it was cancelled before it began"
            return _again(because, "WorkerStops") if course.again else _failed(because)
        if before is not None and not _may_repeat(automation, opening, before.tries):
            return await _ended(ledger, before, "its worker was lost while it ran")
        await ledger.claim(again=before is not None)
        return await self._do(
            ledger, automation, opening, course, 1 + (before.tries if before else 0)
        )

    async def _refusal(
        self,
        connection: AsyncConnection,
        ledger: AttemptLedger,
        opening: AutomationOpening,
        before: Claimed | None,
    ) -> str | None:
        """Why it is not begun, or not again; None where nothing speaks against it."""
        if before is not None and before.ordered != ledger.ordered:
            return "something else was ordered under this key"
        if refused := await _refused_by_evidence(connection, opening):
            return refused
        if refused := self._automations.refusal(opening.automation, opening.parameters):
            return refused
        if not opening.dry_run and not await ledger.was_tried():
            return "no dry run of exactly this has ended well in this step"
        return None

    async def _do(
        self,
        ledger: AttemptLedger,
        automation: Automation,
        opening: AutomationOpening,
        course: _Course,
        tries: int,
    ) -> AutomationOutcome | ApplicationError:
        begun = time.monotonic()
        done = await _carried_out(automation, opening, course)
        broken_off = done.state is AutomationState.UNKNOWN
        if broken_off and _is_repeated(automation, opening, course, tries):
            return _again(done.summary, "NoOutcomeYet", self._back_off * 4 ** (tries - 1))
        outcome = AutomationOutcome(
            # A dry run changes nothing: that it has not ended well is all there is to know of it.
            state=AutomationState.FAILED if broken_off and opening.dry_run else done.state,
            summary=line_of(done.summary),
            output=await ledger.keep_output(done.output),
            exit_status=done.exit_status,
            http_status=done.http_status,
            took_seconds=round(time.monotonic() - begun),
        )
        await ledger.settle(outcome)
        return outcome


async def _refused_by_evidence(
    connection: AsyncConnection, opening: AutomationOpening
) -> str | None:
    """Why the evidence does not let it begin; None where it does."""
    try:
        await see_that_it_was_started(connection, opening)
        is_drill = await read_drill(connection, opening.incident) is not None
    except NotStarted as error:
        return error.message
    except ContentDamaged as error:
        return f"whether it is a drill cannot be read: {error.message}"
    if is_drill and not opening.dry_run:
        return "its incident is a drill, in which everything is tried and nothing done"
    return None


async def _carried_out(automation: Automation, opening: AutomationOpening, course: _Course) -> Done:
    """Have it done within its time; whatever it runs has ended when this returns."""
    seconds = min(opening.timeout.total_seconds(), automation.seconds)
    order = Order(key=opening.id, parameters=dict(opening.parameters), seconds=seconds)
    form = automation.dry_run if opening.dry_run else automation.run
    course.running = asyncio.ensure_future(form(order, course.beat))
    if course.stopped:
        course.running.cancel()
    try:
        return await course.running
    except asyncio.CancelledError:
        because = "its worker stopped" if course.again else "it was cancelled from outside"
        return Done(AutomationState.UNKNOWN, f"it was broken off: {because}")
    except Exception as error:  # noqa: BLE001 - its words may repeat a secret: only its name is told
        _log.error("automation.broke", automation=automation.name, error=type(error).__name__)
        return Done(AutomationState.UNKNOWN, f"it broke off with {type(error).__name__}")


async def _ended(ledger: AttemptLedger, before: Claimed | None, because: str) -> AutomationOutcome:
    """The outcome of what is not begun any more: unknown where it was begun once."""
    if before is None or before.ordered != ledger.ordered:
        return _failed(because)
    outcome = _failed(because).model_copy(update={"state": AutomationState.UNKNOWN})
    await ledger.settle(outcome)
    return outcome


def _failed(because: str) -> AutomationOutcome:
    return AutomationOutcome(state=AutomationState.FAILED, summary=line_of(because))


def _may_repeat(automation: Automation, opening: AutomationOpening, tries: int) -> bool:
    """Whether it may be begun once more: a dry run changes nothing however often it is made."""
    return (automation.repeatable or opening.dry_run) and tries < MOST_TRIES


def _is_repeated(
    automation: Automation, opening: AutomationOpening, course: _Course, tries: int
) -> bool:
    """Whether what was broken off is begun once more; what people have cancelled is not.

    A dry run that has had its time would only take it again.
    """
    if course.stopped:
        return course.again and _may_repeat(automation, opening, tries)
    return _may_repeat(automation, opening, tries) and not opening.dry_run


@contextlib.asynccontextmanager
async def _signs_of_life(course: _Course) -> AsyncIterator[None]:
    """Say how far it is while it works."""

    async def say() -> None:
        while True:
            activity.heartbeat(course.words)
            await asyncio.sleep(_SIGN_OF_LIFE_SECONDS)

    saying = asyncio.ensure_future(say())
    try:
        yield
    finally:
        saying.cancel()


def _again(message: str, kind: str, after: timedelta | None = None) -> ApplicationError:
    """An error that Temporal answers with another attempt."""
    return ApplicationError(message, type=kind, next_retry_delay=after)

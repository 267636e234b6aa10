"""Publishing, as an activity: the approved bytes go to a channel; each recipient has an outcome.

What can be told is a report, even where nothing could leave: the workflow records it. Only what may
be otherwise at the next attempt is an error, and Temporal makes that attempt.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.answer_links import AnswerLinks
from activities.handing_over import MOST_TRIES, ChannelBroke, Course, HandingOver, Load
from activities.loading import Unsendable, load_delivery, targets_of
from activities.reporting import keep_outcomes, report_of
from holdfast.activity_names import ActivityName
from holdfast.channels import Channels
from holdfast.channels.diverted import diverted_channels
from holdfast.domain.communication.delivering import DeliveryOrder, DeliveryReport
from holdfast.errors import Fatal
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.communications.ledger import (
    Attempt,
    DeliveryUnderWay,
    Ledger,
    sole_connection,
)
from holdfast.store.communications.released import NotReleased, Release, read_release

__all__ = ["PublishingActivities"]

_SIGN_OF_LIFE_SECONDS = 2.0
_STOPPING = "this worker is stopping"

_log = structlog.get_logger(__name__)


class PublishingActivities:
    """Activities that hand messages over to channels.

    They open the sealed lists of recipients, so they need the key-encryption keys (decision 0008),
    and sign the links that messages to providers carry (decision 0010).
    """

    def __init__(
        self,
        engine: AsyncEngine,
        keyring: KeyEncryptionKeys,
        channels: Channels,
        links: AnswerLinks,
        *,
        back_off: timedelta = timedelta(seconds=5),
        drills_folder: Path | None = None,
    ) -> None:
        """Use that database, these keys, channels and links.

        What a drill must not let out goes into `drills_folder`; without one it goes nowhere.
        `back_off` is how long to wait for whoever is not taken at once; six tries with 5 seconds
        take half an hour.
        """
        self._engine = engine
        self._keyring = keyring
        self._channels = channels
        self._links = links
        self._back_off = back_off
        self._stand_ins = diverted_channels(channels, drills_folder) if drills_folder else None

    @activity.defn(name=ActivityName.DELIVER_MESSAGE)
    async def deliver_message(self, order: DeliveryOrder) -> DeliveryReport:
        """Hand one delivery over, and say what became of it.

        Any number of attempts address each recipient once in a round. Its sign of life is how many
        recipients it has worked through.

        Raises:
            ApplicationError: to be tried again: another process is at it, some recipients are not
                taken now, a channel broke off, or this worker is stopping.
        """
        course = Course(last=_is_last_attempt())
        work = asyncio.ensure_future(self._deliver(order, course))
        try:
            async with _signs_of_life(course):
                report = await asyncio.shield(work)
        except asyncio.CancelledError:
            # The recipient under way is finished and recorded, so that nothing is left unknown.
            course.stopping = True
            with contextlib.suppress(ApplicationError):
                await work
            details = activity.cancellation_details()
            if details is not None and details.worker_shutdown:
                raise _again(_STOPPING, "WorkerStops") from None
            raise
        _log.info(
            "publishing.reported",
            key=order.key,
            channel=order.channel,
            **report.model_dump(include={"sent", "refused", "failed", "unknown"}),
        )
        return report

    async def _deliver(self, order: DeliveryOrder, course: Course) -> DeliveryReport:
        name = f"outgoing/{order.workflow}/{order.message}/{order.number}"
        problem: ApplicationError | None = None
        report = DeliveryReport()
        try:
            async with sole_connection(self._engine, name) as connection:
                try:
                    report = await self._work(connection, order, course)
                except ApplicationError as error:
                    # Raised once the lock is released in peace: the connection stays good.
                    problem = error
        except (DeliveryUnderWay, ChannelBroke) as error:
            raise _again(error.message, type(error).__name__) from None
        if problem is not None:
            raise problem
        return report

    async def _work(
        self, connection: AsyncConnection, order: DeliveryOrder, course: Course
    ) -> DeliveryReport:
        try:
            release = await read_release(connection, order)
        except NotReleased as error:
            return DeliveryReport(failed=1, because=error.message[:200])
        ledger = Ledger(connection, release.key)
        try:
            load = await load_delivery(
                connection, self._keyring, self._channels, self._links, order, release
            )
            self._channels_for(load)
        except Unsendable as error:
            return await _nothing_leaves(ledger, order, release, error.message)
        except Fatal as error:
            if activity.info().attempt < MOST_TRIES:
                raise _again(error.message, type(error).__name__) from None
            return await _nothing_leaves(ledger, order, release, error.message)
        return await self._hand_over(connection, ledger, order, load, course)

    async def _hand_over(
        self,
        connection: AsyncConnection,
        ledger: Ledger,
        order: DeliveryOrder,
        load: Load,
        course: Course,
    ) -> DeliveryReport:
        handing_over = HandingOver(ledger, self._channels_for(load), load, course)
        broke: ChannelBroke | None = None
        try:
            await handing_over.run()
        except ChannelBroke as error:
            if not course.last:
                raise
            broke = error
        attempts, left = handing_over.attempts, handing_over.unsettled
        if left and course.stopping:
            raise _again(_STOPPING, "WorkerStops")
        if left and not (course.last or course.down):
            message = f"{len(left)} of {len(load.targets)} recipients have no outcome yet"
            raise _again(message, "NotTakenYet", self._next(left))
        outcomes = await keep_outcomes(connection, order, load.targets, attempts)
        report = report_of(load.targets, attempts, outcomes)
        report = report.model_copy(update={"diverted": load.diverted})
        return report.model_copy(update={"because": broke.message}) if broke else report

    def _channels_for(self, load: Load) -> Channels:
        """The channels that may take it: for what must not leave, stand-ins and no others.

        Raises:
            Unsendable: there is no folder for stand-ins to write to.
        """
        if not load.diverted:
            return self._channels
        if self._stand_ins is None:
            because = "it belongs to a drill, and there is no folder for what must not leave"
            raise Unsendable(because)
        return self._stand_ins

    def _next(self, left: Sequence[Attempt | None]) -> timedelta:
        """When to try again: the wait is four times as long each time."""
        waits = [self._back_off * 4 ** (each.tries - 1) for each in left if each]
        return min(waits, default=self._back_off)


async def _nothing_leaves(
    ledger: Ledger, order: DeliveryOrder, release: Release, because: str
) -> DeliveryReport:
    """The report where nothing more can leave; what had left before stays so."""
    targets = targets_of(order, release)
    _log.error("publishing.nothing_leaves", key=order.key, channel=order.channel, because=because)
    report = report_of(targets, await ledger.attempts(), None)
    return report.model_copy(update={"because": because[:200]})


@contextlib.asynccontextmanager
async def _signs_of_life(course: Course) -> AsyncIterator[None]:
    """Say how far it is while it works, and stop it when the worker stops."""

    async def say() -> None:
        while True:
            activity.heartbeat(course.done)
            course.stopping = course.stopping or activity.is_worker_shutdown()
            await asyncio.sleep(_SIGN_OF_LIFE_SECONDS)

    saying = asyncio.ensure_future(say())
    try:
        yield
    finally:
        saying.cancel()


def _is_last_attempt() -> bool:
    """Whether Temporal will make no other attempt."""
    info = activity.info()
    most = info.retry_policy.maximum_attempts if info.retry_policy else 0
    return 0 < most <= info.attempt


def _again(message: str, kind: str, after: timedelta | None = None) -> ApplicationError:
    """An error that Temporal answers with another attempt."""
    return ApplicationError(message, type=kind, next_retry_delay=after)

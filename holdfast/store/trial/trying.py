"""A candidate tried on all incidents, as of one moment: nothing that happens meanwhile is seen."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.trial.candidates import Candidate, CannotBeTried, candidate_from
from holdfast.domain.trial.report import MOST_LISTED, TrialReport
from holdfast.domain.trial.rules import Shelf
from holdfast.domain.trial.trial import Trial, needed_policies
from holdfast.errors import InvalidInput, NotFound, Unavailable
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.trial.judges import Slice, judges
from holdfast.store.trial.past_stream import ROWS_AT_ONCE, Chain, slices_of_incidents

__all__ = ["Untriable", "try_policy"]

Progress = Callable[[int, int], None]
"""Told how many incidents are done, and how many there are."""

_AS_OF = text("SELECT now(), (SELECT count(*) FROM projection.incident WHERE drill IS NULL)")


class Untriable(InvalidInput):
    """A policy of this kind judges nothing about past incidents."""

    code = "untriable"


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


async def try_policy(
    engine: AsyncEngine,
    candidate: PinnedPolicy,
    *,
    progress: Progress = _silent,
    rows_at_once: int = ROWS_AT_ONCE,
) -> TrialReport:
    """Try a candidate on every incident, open ones included, as of now; drills are none.

    Nothing is written. `progress` is called from the event loop, at last with both numbers equal.

    Raises:
        Untriable: policies of that name judge nothing about past incidents.
        InvalidInput: the candidate is no policy of its kind.
        ContentDamaged: a pinned policy is not kept as it was pinned.
        Unavailable: a process that judges was ended from outside.
    """
    tried = _read(candidate)
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    async with snapshot.connect() as connection:
        as_of, total = (await connection.execute(_AS_OF)).one()
        trial = _Progressing(tried, as_of, total, progress)
        try:
            await _try_on_all(connection, candidate, tried, trial, rows_at_once)
        except BrokenProcessPool as error:
            message = "a process that judges incidents was ended from outside"
            raise Unavailable(message) from error
    progress(trial.report.incidents, trial.report.incidents)
    return trial.report


class _Progressing:
    """A trial under way: slices that are judged, and the report so far."""

    def __init__(
        self, candidate: Candidate, as_of: datetime, total: int, progress: Progress
    ) -> None:
        self.as_of = as_of
        self.total = total
        self.waiting = deque[Awaitable[TrialReport]]()
        self.report = Trial(candidate, Shelf({}), as_of).report()
        self._progress = progress

    @property
    def most_listed(self) -> int:
        """How many more incidents the report may list, of those changed or not tried."""
        report = self.report
        return MOST_LISTED - min(len(report.changes), len(report.not_tried_because))

    async def finish(self, left: int) -> None:
        """Wait for slices, in their order, until no more than that are left."""
        while len(self.waiting) > left:
            self.report = self.report.followed_by(await self.waiting.popleft())
            done = self.report.incidents
            self._progress(done, max(self.total, done))


async def _try_on_all(
    connection: AsyncConnection,
    candidate: PinnedPolicy,
    tried: Candidate,
    trial: _Progressing,
    rows_at_once: int,
) -> None:
    contents = dict[str, str | None]()
    async with judges(candidate, trial.as_of, trial.total) as judging:
        async for incidents in slices_of_incidents(connection, tried.scope, rows_at_once):
            needed = await _policies(connection, incidents, tried, contents)
            given = Slice(incidents, needed, trial.most_listed)
            trial.waiting.append(judging.judge(given))
            await trial.finish(judging.abreast)
        await trial.finish(0)


def _read(candidate: PinnedPolicy) -> Candidate:
    try:
        return candidate_from(candidate)
    except CannotBeTried as error:
        raise Untriable(str(error), policy=candidate.pin.name) from error
    except ValidationError as error:
        message = f"{candidate.pin.name} {candidate.pin.version} is no such policy: {error}"
        raise InvalidInput(message, policy=candidate.pin.name) from error


async def _policies(
    connection: AsyncConnection,
    incidents: Iterable[Chain],
    candidate: Candidate,
    contents: dict[str, str | None],
) -> dict[str, str | None]:
    """The contents of the policies that it takes to try the candidate on these incidents."""
    needed = {digest for one in incidents for digest in needed_policies(one.pinnings, candidate)}
    for digest in sorted(needed - contents.keys()):
        try:
            contents[digest] = (await fetch_artifact(connection, digest)).decode()
        except (NotFound, UnicodeDecodeError):
            contents[digest] = None  # of each incident under it, the trial says so
    return {digest: contents[digest] for digest in needed}

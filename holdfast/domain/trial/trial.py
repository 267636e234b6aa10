"""A trial: a candidate over one past incident after the other, and the report of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.trial.candidates import Candidate
from holdfast.domain.trial.comparison import differences
from holdfast.domain.trial.course import Course
from holdfast.domain.trial.past import NotTriable, Past, pins_in
from holdfast.domain.trial.report import (
    MOST_CHANGES,
    MOST_LISTED,
    Change,
    IncidentChange,
    Judged,
    NotTried,
    TrialReport,
)
from holdfast.domain.trial.rules import Rules, Shelf

__all__ = ["Trial", "needed_policies", "try_on"]


def needed_policies(past: Past, candidate: Candidate) -> frozenset[str]:
    """The digests of the policies that it takes to try a candidate on that incident.

    An incident whose pins cannot be read needs none: it will not be tried.
    """
    digests = set[str]()
    for entry in past.entries:
        if entry.kind in {EventKind.INCIDENT_OPENED, EventKind.POLICY_REPINNED}:
            try:
                pins = pins_in(entry)
            except (NotTriable, KeyError, TypeError, ValueError):
                return frozenset()
            digests |= {pin.digest for pin in pins.values() if pin.name in candidate.scope.needs}
    return frozenset(digests)


def try_on(past: Past, candidate: Candidate, shelf: Shelf, until: datetime) -> tuple[Change, ...]:
    """What the candidate would have changed in one incident, looked at up to `until` (aware).

    Raises:
        NotTriable: an entry or a policy that it takes is not at hand, or does not read.
    """
    if past.entries[0].kind is not EventKind.INCIDENT_OPENED:
        message = f"its first entry here, {past.entries[0].entry}, is not its opening"
        raise NotTriable(message)
    course = _follow(past, candidate, shelf, until, candidate)
    changes = differences(course.recorded.tracks, course.tracks)
    if not changes or course.is_sure:
        return changes
    # Looks came late, as when no worker ran: what differs by that alone, policies do not change.
    stood = _follow(past, candidate, shelf, until, None)
    return differences(stood.tracks, course.tracks)


def _follow(
    past: Past, candidate: Candidate, shelf: Shelf, until: datetime, instead: Candidate | None
) -> Course:
    def rules_for(pins: Mapping[str, PolicyPin]) -> Rules:
        return shelf.rules(pins, candidate.scope.needs, instead)

    course = Course(candidate.scope, rules_for)
    course.run(past, until)
    return course


class Trial:
    """A trial under way: takes in incidents, by id, and tells what came of them."""

    def __init__(
        self, candidate: Candidate, shelf: Shelf, as_of: datetime, most_listed: int = MOST_LISTED
    ) -> None:
        """Try that candidate on what had happened by that instant (aware).

        No more incidents are listed than `most_listed`, however many are counted.
        """
        self._done = 0
        self._most_listed = most_listed
        self._candidate = candidate
        self._shelf = shelf
        self._as_of = as_of
        self._open = 0
        self._not_tried = list[NotTried]()
        self._not_tried_count = 0
        self._changes = list[IncidentChange]()
        self._changed = 0
        self._changed_by = Counter[Judged]()

    def take(self, pasts: Iterable[Past]) -> None:
        """Try the candidate on these incidents; none is held when the next is taken."""
        for past in pasts:
            self._take(past)

    def report(self) -> TrialReport:
        """What came of all incidents taken so far."""
        return TrialReport(
            candidate=self._candidate.pin,
            as_of=self._as_of,
            incidents=self._done,
            open=self._open,
            tried=self._done - self._not_tried_count,
            not_tried=self._not_tried_count,
            changed=self._changed,
            changed_by={judged: self._changed_by[judged] for judged in Judged},
            changes=tuple(self._changes),
            changes_left_out=self._changed - len(self._changes),
            not_tried_because=tuple(self._not_tried),
            not_tried_left_out=self._not_tried_count - len(self._not_tried),
        )

    def _take(self, past: Past) -> None:
        self._done += 1
        self._open += past.open
        try:
            changes = try_on(past, self._candidate, self._shelf, self._as_of)
        except NotTriable as reason:
            self._leave(past, str(reason))
        except (KeyError, TypeError, ValueError) as error:
            self._leave(past, f"its entries do not read as this release writes them: {error!r}")
        else:
            self._note(past, changes)

    def _leave(self, past: Past, because: str) -> None:
        self._not_tried_count += 1
        if len(self._not_tried) < self._most_listed:
            reason = because[:_LONGEST_REASON]
            self._not_tried.append(NotTried(incident_id=past.incident_id, because=reason))

    def _note(self, past: Past, changes: tuple[Change, ...]) -> None:
        if not changes:
            return
        self._changed += 1
        self._changed_by.update({change.judged for change in changes})
        if len(self._changes) < self._most_listed:
            self._changes.append(
                IncidentChange(
                    incident_id=past.incident_id,
                    open=past.open,
                    changes=changes[:MOST_CHANGES],
                    left_out=max(0, len(changes) - MOST_CHANGES),
                )
            )


_LONGEST_REASON = 1_000

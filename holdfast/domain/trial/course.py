"""The course that a past incident would have taken: its facts and decisions, judged again.

Every look at the incident is made with the functions of which the process makes its assessment, at
the moments at which it did: after a turn of the workflow that changed what is judged, and when time
alone may change something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from holdfast.domain.classification_inputs import Moments, next_crossing
from holdfast.domain.classifying import whether_major
from holdfast.domain.escalation import Firing, Situation
from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.facts import FactSheet
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.triage import assignment_of
from holdfast.domain.registered_facts import with_registered
from holdfast.domain.severity import Priority, Severity, SeverityProposal
from holdfast.domain.trial.candidates import Scope
from holdfast.domain.trial.deadlines import Deadlines
from holdfast.domain.trial.past import Past, PastEntry, pins_in
from holdfast.domain.trial.reading import changes_in, services_in
from holdfast.domain.trial.recorded import Recorded
from holdfast.domain.trial.report import Judged
from holdfast.domain.trial.requests import Requests
from holdfast.domain.trial.rules import Rules
from holdfast.domain.trial.tracks import (
    ASSIGNED,
    DECIDED,
    PROPOSED,
    Place,
    Tracks,
    class_of,
    firing_of,
)
from holdfast.domain.values import JsonObject
from holdfast.dora.three_valued import Answer

__all__ = ["Course", "RulesFor"]

RulesFor = Callable[[Mapping[str, PolicyPin]], Rules]
"""The rules of an incident that is pinned to these versions."""

_JUDGEMENTS = frozenset(
    {
        EventKind.SEVERITY_PROPOSED,
        EventKind.CLASSIFICATION_EVALUATED,
        EventKind.ESCALATION_TRIGGERED,
    }
)


class Course:
    """One incident under one set of rules; `run` follows it once, to its end or up to now."""

    def __init__(self, scope: Scope, rules_for: RulesFor) -> None:
        """Judge what is in that scope, by these rules."""
        self.tracks = Tracks()
        self.recorded = Recorded(scope)
        self._scope = scope
        self._rules_for = rules_for
        self._deadlines = Deadlines(scope, self.tracks)
        self._requests = Requests(self.tracks)
        self._pins: dict[str, PolicyPin] = {}
        self._confirmed = False
        self._sheet = FactSheet()
        self._registered = FactSheet()
        self._recovered_at: datetime | None = None
        self._severity: Severity | None = None
        self._priority: Priority | None = None
        self._proposal: Callable[[], SeverityProposal] | None = None
        self._evaluated: Answer | None = None
        self._major: bool | None = None
        self._fired: list[str] = []
        self._looked: Place | None = None
        self._by_time = False
        self._found_by_time = list[tuple[Judged, str, str, Place]]()
        self._wanted_at: datetime | None = None
        self._next_look: datetime | None = None
        self._restated = True
        self._crossing: datetime | None = None

    def run(self, past: Past, until: datetime) -> Tracks:
        """Follow the incident; one that is open is looked at up to that instant (aware)."""
        for order, entry in enumerate(past.entries):
            # What other workflows do is not tried: each began under its own matrix.
            if entry.of_other_workflow:
                continue
            self._look_before(entry)
            if entry.kind is EventKind.INCIDENT_CLOSED:
                return self.tracks
            self._here = Place(entry.at, order, entry.entry)
            self.recorded.take(entry, self._here, self._looked)
            if take := self._TAKES.get(entry.kind):
                take(self, entry)
        self._look_where_wanted(by_time=True)
        self._look_as_time_passes(until, also_then=True)
        return self.tracks

    @property
    def is_sure(self) -> bool:
        """Whether what was recorded is what the pinned policies give, at the moments of the looks.

        A look that finds nothing records nothing. One that time asked for, or the last one, may
        have come late, or not yet: of what it finds here, the same has to stand there.
        """
        if not self.recorded.faithful:
            return False
        return all(self.recorded.says(*found) for found in self._found_by_time)

    def _look_before(self, entry: PastEntry) -> None:
        # One turn of the workflow takes in all that has come, at one moment, and looks once.
        found = _found_by_a_look(entry)
        if self._wanted_at is not None and (found or entry.at > self._wanted_at):
            self._look_where_wanted()
        if self._next_look is not None:
            self._look_as_time_passes(entry.at, also_then=found)

    def _look_where_wanted(self, *, by_time: bool = False) -> None:
        if self._wanted_at is not None:
            at, self._wanted_at = self._wanted_at, None
            self._look(at, by_time=by_time)

    def _look_as_time_passes(self, until: datetime, *, also_then: bool) -> None:
        while (at := self._next_look) and (at < until or (also_then and at == until)):
            self._look(at, by_time=True)

    def _look(self, at: datetime, *, by_time: bool) -> None:
        """Do what an assessment does; a part that rests on nothing new would say the same again."""
        rules = self._rules
        self._by_time = by_time
        self._looked = look = self._here._replace(at=at)
        restated, self._restated = self._restated, False
        if restated:
            self._registered = with_registered(self._sheet, rules.register)
            self._propose(look)
        if restated or (self._crossing is not None and at >= self._crossing):
            self._evaluate(look)
        situation = Situation(self._severity, self._major, self._registered)
        policy, opened_at = rules.escalation, self._opened_at
        for firing in policy.fired(situation, opened_at, at, frozenset(self._fired)):
            self._fire(policy.with_contracts(firing, self._sheet.services, rules.register), look)
        self._by_time = False
        next_firing = policy.next_look(situation, opened_at, at, frozenset(self._fired))
        moments = (next_firing, self._crossing)
        self._next_look = min((m for m in moments if m is not None), default=None)

    def _propose(self, look: Place) -> None:
        if Judged.SEVERITY in self._scope.judged:
            tree, facts = self._rules.tree, self._registered
            self._proposal = partial(tree.propose, facts)
            severity = tree.leaves[tree.leaf_under(facts)].severity
            self._put(Judged.SEVERITY, PROPOSED, str(severity), look)

    def _evaluate(self, look: Place) -> None:
        policy = self._rules.classification
        if policy is None or not self._scope.evaluates:
            return
        moments = Moments(aware_at=self._aware_at, recovered_at=self._recovered_at, at=look.at)
        self._evaluated = whether_major(self._sheet, moments, policy, self._rules.register)
        self._crossing = next_crossing(self._sheet, moments, policy)
        self._put(Judged.MAJOR, PROPOSED, str(self._evaluated), look)

    def _open(self, entry: PastEntry) -> None:
        payload = entry.payload
        self._opened_at = entry.at
        self._aware_at = datetime.fromisoformat(payload["aware_at"])
        if self._scope.assesses:
            self._sheet = FactSheet(services=services_in(payload["services"]))
            self._state(payload["facts"], payload["reporter"], entry)
        self._pin(entry)

    def _repin(self, entry: PastEntry) -> None:
        self._pin(entry)
        self._restated = True
        self._want_a_look(entry)

    def _pin(self, entry: PastEntry) -> None:
        self._pins = pins_in(entry)
        self._rules = self._rules_for(self._pins)
        if self._scope.evaluates and self._major is None:
            self._deadlines.of_classification(self._rules, self._aware_at, self._here)

    def _confirm(self, entry: PastEntry) -> None:
        self._confirmed = True
        self._want_a_look(entry)

    def _join_alerts(self, entry: PastEntry) -> None:
        before = self._sheet
        self._sheet = before.affecting(services_in(entry.payload["services"]))
        if self._sheet.services != before.services:
            self._restated = True
            self._want_a_look(entry)

    def _change_facts(self, entry: PastEntry) -> None:
        self._state(entry.payload["changes"], entry.document["actor"], entry)
        self._restated = True
        # What the incident itself counts, such as complaints, is no update of anybody's.
        if entry.document["answers"] is not None:
            self._deadlines.of_next_update(self._rules, self._severity, self._priority, self._here)
        self._want_a_look(entry)

    def _state(self, changes: list[JsonObject], by: JsonObject, entry: PastEntry) -> None:
        for change, actor in changes_in(changes, by):
            self._sheet = self._sheet.changed(change, actor, entry.at)

    def _assign(self, entry: PastEntry) -> None:
        payload = entry.payload
        severity, priority = Severity(payload["severity"]), Priority(payload["priority"])
        if self._proposal is not None:
            option = "override" if payload["overridden"] else "confirm"
            data = {"severity": payload["severity"]}
            assignment = assignment_of(option, data, self._proposal(), lambda: self._rules.tree)
            severity, priority = assignment.severity, assignment.priority
        self._severity, self._priority = severity, priority
        self._put(Judged.SEVERITY, ASSIGNED, str(severity), self._here)
        if self._scope.assesses:
            self._follow(severity, priority)
            self._want_a_look(entry)

    def _follow(self, severity: Severity, priority: Priority) -> None:
        if self._recovered_at is None:
            self._deadlines.of_update(self._rules, severity, priority, self._here)
        telling = self._rules.telling(severity, priority)
        if telling is not None and telling.trigger not in self._fired:
            self._fire(telling, self._here)

    def _decide(self, entry: PastEntry) -> None:
        payload, before = entry.payload, self._major
        if payload["overridden"] or payload["reversed"] or not self._scope.evaluates:
            self._major = payload["major"]
        elif not before and self._evaluated in {Answer.YES, Answer.NO}:
            # What is major once stays so: nobody is asked to confirm that it is not.
            self._major = self._evaluated is Answer.YES
        if self._major is not None:
            self._put(Judged.MAJOR, DECIDED, class_of(major=self._major), self._here)
        if self._major and not before:
            known = (self._pins, self._sheet, self._aware_at, self._recovered_at)
            self._deadlines.of_notification(self._rules, *known, self._here)
        self._want_a_look(entry)

    def _enter(self, entry: PastEntry) -> None:
        if entry.payload["phase"] == Phase.LEARN:
            self._recovered_at = entry.at
            self._restated = True
            self._deadlines.no_more_updates()

    def _arm(self, entry: PastEntry) -> None:
        clock_id, rules = entry.clock, self._rules
        if self._deadlines.may_move(rules, clock_id):
            self.recorded.armed(clock_id, entry, self._here)
            severity, priority = self._severity, self._priority
            self._deadlines.as_recorded(rules, clock_id, severity, priority, self._here)

    def _ask(self, entry: PastEntry) -> None:
        self._requests.asked(self._rules, entry, self._severity, self._here)

    def _answer(self, entry: PastEntry) -> None:
        self._requests.answered(entry, self._here)

    def _want_a_look(self, entry: PastEntry) -> None:
        # Before the incident is confirmed nothing is judged; confirmation looks at it all.
        if self._confirmed and self._scope.assesses:
            self._wanted_at = entry.at

    def _fire(self, firing: Firing, place: Place) -> None:
        self._fired.append(firing.trigger)
        contracts = ((each.reference, each.provider) for each in firing.contracts)
        self._put(Judged.ESCALATION, firing.trigger, firing_of(contracts), place)

    def _put(self, judged: Judged, about: str, value: str, place: Place) -> None:
        if judged not in self._scope.judged:
            return
        if self.tracks.put(judged, about, value, place) and self._by_time:
            self._found_by_time.append((judged, about, value, place))

    # Whoever lets an entry change what is judged adds it here.
    _TAKES: ClassVar[dict[EventKind, Callable[[Course, PastEntry], None]]] = {
        EventKind.INCIDENT_OPENED: _open,
        EventKind.POLICY_REPINNED: _repin,
        EventKind.INCIDENT_CONFIRMED: _confirm,
        EventKind.ALERTS_JOINED: _join_alerts,
        EventKind.FACTS_CHANGED: _change_facts,
        EventKind.SEVERITY_ASSIGNED: _assign,
        EventKind.CLASSIFICATION_DECIDED: _decide,
        EventKind.PHASE_ENTERED: _enter,
        EventKind.CLOCK_ARMED: _arm,
        EventKind.DECISION_REQUESTED: _ask,
        EventKind.DECISION_ANSWERED: _answer,
    }


def _found_by_a_look(entry: PastEntry) -> bool:
    # What the severity itself asks for has a cause; what a look found has none.
    return entry.kind in _JUDGEMENTS and not (entry.body is not None and entry.document["causes"])

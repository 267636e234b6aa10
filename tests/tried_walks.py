"""Walked incidents as a trial is given them, candidates made from policies, and random walks."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.domain.actions import (
    CheckResult,
    Milestone,
    ReportCheck,
    ReportMilestone,
    ReportReview,
)
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import Event
from holdfast.domain.fact_catalogue import FACTS
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.policies import APPROVAL_MATRIX, PinnedPolicy, pinned
from holdfast.domain.reconsidering import Matter, Reconsider, Repin
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import FactChanges, Origin
from holdfast.domain.trial.candidates import candidate_from
from holdfast.domain.trial.past import Past, PastEntry
from holdfast.domain.trial.report import Change, Judged, TrialReport
from holdfast.domain.trial.rules import Shelf
from holdfast.domain.trial.trial import Trial
from holdfast.evidence.entry import Entry, entry_bytes
from tests.judged_walks import CONTENTS, TimedWalk
from tests.rulebook import POLICIES
from tests.statements import (
    ALERTMANAGER,
    COMMANDER,
    COMPLIANCE,
    REVIEW,
    ROBIN,
    SASHA,
    SERVICE,
    alert_batch,
    disruptive,
    report,
)
from tests.walk import Body

__all__ = [
    "KEPT",
    "LATER",
    "OTHER_MATRIX",
    "TickingWalk",
    "altered",
    "change",
    "changes_in",
    "past_of",
    "random_walk",
    "stated",
    "told",
    "tried",
]

LATER = datetime(2027, 1, 1, tzinfo=UTC)
"""When the trials of tests are made."""


class TickingWalk(TimedWalk):
    """A walk in which every submission comes some time after the one before, as in life."""

    def submit(self, actor: Actor, body: Body, submission_id: str | None = None) -> Event:
        """Hand in a submission a little later."""
        self.wait(timedelta(seconds=40))
        return super().submit(actor, body, submission_id)

    def finish(self) -> None:
        """Go on from an assigned severity to the end, answering what is open on the way."""
        self.submit(ROBIN, ReportMilestone(milestone=Milestone.CONTAINED, statement="Drained."))
        for check in self.state.recovery.checks:
            self.submit(
                ROBIN, ReportCheck(check=check, result=CheckResult.PASSED, statement="Seen.")
            )
        self.submit(ROBIN, ReportMilestone(milestone=Milestone.RECOVERED, statement="Flows."))
        self.answer(COMMANDER, "recovery.validation-1", "validated")
        self.submit(ROBIN, ReportReview(review=REVIEW))
        self.answer(COMMANDER, "review.sign_off-1", "signed_off")
        self.answer(COMPLIANCE, "review.sign_off-1", "signed_off")
        self.settle()
        self.answer(COMMANDER, "incident.closure-1", "close")

    def settle(self) -> None:
        """Confirm what is proposed, or decide it where nothing is, and take note of the rest."""
        while requests := [one for one in self.open_requests() if not one.startswith("incident")]:
            request = self.state.requests[requests[0]]
            option = next(iter(request.options))
            data = dict.fromkeys(map(str, request.options[option].data), False)
            role = request.roles[0]
            person = Actor(id=f"person-{role}", role=role)
            self.answer(person, request.id, option, data=data)


def altered(name: str, change: Callable[[dict[str, Any]], object]) -> PinnedPolicy:
    """The next version of a policy, changed."""
    content = json.loads(POLICIES[name].content)
    change(content)
    content["version"] = "candidate"
    return pinned(content)


def _hurried(content: dict[str, Any]) -> None:
    for rule in content["rules"].values():
        rule["schedule"]["due_after"] = "PT7M"


OTHER_MATRIX = altered(APPROVAL_MATRIX, _hurried)
"""A version of the approval matrix to which random walks are re-pinned."""

KEPT: dict[str, str | None] = {**CONTENTS, OTHER_MATRIX.pin.digest: OTHER_MATRIX.content}
"""The pinned policies as a trial finds them kept."""


def past_of(entries: Iterable[Entry], candidate: PinnedPolicy) -> Past:
    """The entries of an incident as the store hands them to a trial."""
    scope, kept, incident = candidate_from(candidate).scope, list[PastEntry](), ""
    for entry in entries:
        incident, kind = entry.incident, entry.event.kind
        if kind in scope.read | scope.noted:
            body = entry_bytes(entry) if kind in scope.read else None
            kept.append(PastEntry(entry.id, kind, entry.occurred_at, body))
    return Past(incident, tuple(kept))


def tried(
    candidate: PinnedPolicy, *walks: TimedWalk, contents: dict[str, str | None] | None = None
) -> TrialReport:
    """The report of a trial on these walks, which says of each that it could be tried."""
    trial = Trial(candidate_from(candidate), Shelf(contents or KEPT), LATER)
    trial.take(past_of(walk.entries(), candidate) for walk in walks)
    outcome = trial.report()
    assert outcome.not_tried_because == ()
    assert outcome.incidents == outcome.tried == len(walks)
    return outcome


def changes_in(candidate: PinnedPolicy, walk: TimedWalk) -> tuple[Change, ...]:
    """What a candidate would have changed in one walk."""
    outcome = tried(candidate, walk)
    return outcome.changes[0].changes if outcome.changes else ()


def told(candidate: PinnedPolicy, walk: TimedWalk) -> list[tuple[str, str, str, str]]:
    """The same in short: what was judged, about what, from what, to what."""
    return [change(each) for each in changes_in(candidate, walk)]


def change(each: Change) -> tuple[str, str, str, str]:
    """A change in short."""
    return str(Judged(each.judged)), each.about, each.was, each.would_be


def stated(**values: bool | int | str) -> FactChanges:
    """Statements: of the one service those that belong to a service."""
    return FactChanges(
        changes=tuple(
            FactChange(
                fact=name,
                service=SERVICE if FACTS[name].per_service else None,
                value=value,
                quality=Quality.ESTIMATE,
                source="monitoring",
            )
            for name, value in values.items()
        )
    )


_FLAGS = (
    *("service_unavailable", "supports_critical_function", "data_loss", "malicious_access"),
    *("media_coverage", "impact_growing", "cut_off_at_risk", "regulated_service"),
)
_COUNTS = {
    "clients_affected": (10, 49_000, 51_000, 120_000),
    "costs_eur": (0, 99_000, 101_000),
    "transactions_affected": (5, 9_000, 40_000),
    "downtime_minutes": (30, 119, 121),
}


def random_walk(
    seed: int, incident_id: str = "INC-2026-000001", *, repinned: bool = False
) -> TimedWalk:
    """An incident in which all kinds of things happen by chance; the same for the same seed."""
    chance, walk = random.Random(seed), TickingWalk(incident_id)  # noqa: S311 - no secret
    opening = report(*((Origin.HUMAN, SASHA) if chance.random() < 0.3 else ()))
    if chance.random() < 0.5:
        down = FactChange(
            fact="down_from",
            service=SERVICE,
            value="2026-03-04T11:30:00Z",
            quality=Quality.ACTUAL,
            source="monitoring",
        )
        opening = opening.model_copy(update={"facts": (down,)})
    walk.submit(ALERTMANAGER, opening)
    moves = (
        *(_state, _state, _answer, _answer, _answer, _answer, _wait, _join, _act),
        *(_look_again, _recover, _repin if repinned else _state),
    )
    for _ in range(chance.randrange(5, 60)):
        if not walk.state.open:
            break
        chance.choice(moves)(walk, chance)
    return walk


def _state(walk: TimedWalk, chance: random.Random) -> None:
    names = chance.sample([*_FLAGS, *_COUNTS], chance.randrange(1, 4))
    values = {
        name: chance.choice(_COUNTS[name]) if name in _COUNTS else chance.random() < 0.6
        for name in names
    }
    walk.submit(ROBIN, stated(**values))


def _answer(walk: TimedWalk, chance: random.Random) -> None:
    requests = walk.open_requests()
    if not requests:
        return
    request = walk.state.requests[chance.choice(requests)]
    confirming = {"confirmed", "confirm", "approved", "validated", "signed_off", "acknowledged"}
    options = list(request.options)
    likely = [option for option in options if option in confirming] or options
    option = chance.choice(likely if chance.random() < 0.8 else options)
    if request.kind is DecisionKind.INCIDENT_CLOSURE and chance.random() < 0.3:
        return
    wanted = request.options[option].data
    data: dict[str, object] = {
        "severity": chance.choice(("SEV1", "SEV2", "SEV3", "SEV4")),
        "major": chance.random() < 0.5,
        "duplicate_of": "INC-2026-000009",
    }
    role = chance.choice([*request.roles, Role.MANAGEMENT_BODY])
    person = Actor(id=f"person-{role}-{chance.randrange(3)}", role=role)
    given = {name: data[name] for name in map(str, wanted)}
    bypass = request.bypass if chance.random() < 0.2 else None
    code = bypass.codes[0] if bypass else None
    walk.answer(person, request.id, option, data=given, code=code)


def _wait(walk: TimedWalk, chance: random.Random) -> None:
    walk.wait(timedelta(minutes=chance.choice((3, 45, 130, 700, 1_500))))


def _join(walk: TimedWalk, chance: random.Random) -> None:
    service = chance.choice((SERVICE, "card-payments", "internal-wiki", "unregistered"))
    walk.submit(ALERTMANAGER, alert_batch(f"b{chance.randrange(10**6)}", services=(service,)))


def _act(walk: TimedWalk, chance: random.Random) -> None:
    if chance.random() < 0.5:
        walk.submit(SASHA, disruptive())
    else:
        contained = ReportMilestone(milestone=Milestone.CONTAINED, statement="Drained.")
        walk.submit(ROBIN, contained)


def _look_again(walk: TimedWalk, chance: random.Random) -> None:
    about = chance.choice((Matter.SEVERITY, Matter.CLASSIFICATION))
    walk.submit(COMPLIANCE, Reconsider(about=about, reason="New insight."))


def _repin(walk: TimedWalk, chance: random.Random) -> None:
    del chance
    walk.submit(SASHA, Repin(policies=(OTHER_MATRIX,), reason="A shorter chain of command."))


def _recover(walk: TimedWalk, chance: random.Random) -> None:
    for check in walk.state.recovery.checks:
        walk.submit(ROBIN, ReportCheck(check=check, result=CheckResult.PASSED, statement="Seen."))
    walk.submit(ROBIN, ReportMilestone(milestone=Milestone.RECOVERED, statement="Payments flow."))
    if chance.random() < 0.5:
        walk.submit(ROBIN, ReportReview(review=REVIEW))

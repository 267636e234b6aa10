"""Replay of remediation: no date, decision, validation or acceptance can be made up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.events import EventKind
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import Verdict
from holdfast.domain.values import JsonValue
from tests.judged_walks import CONTENTS, WALKS
from tests.remediation_walk import RemediationWalk
from tests.replayed import saying, verdicts, with_event, withheld
from tests.statements import ROBIN

STORY = WALKS["tasks done in vain declined left and replaced"]


def test_the_measures_of_a_provider_are_judged_the_same_again() -> None:
    """Each opens a task by the entry that proposes it."""
    walk = RemediationWalk()
    walk.to_severity_1()
    escalation = walk.escalate()
    walk.wait(timedelta(hours=5))
    escalation.restore()
    escalation.review()
    walk.wait(timedelta(days=100))
    report = replay(walk.judged(), CONTENTS)
    assert not [each for each in report.judgements if each.verdict is not Verdict.SAME]
    assert len(walk.tasks) >= 3


def test_everything_about_tasks_is_judged_the_same_again() -> None:
    """Every kind of entry that a task has is among what is judged."""
    judged = STORY.judged()
    report = replay(judged, CONTENTS)
    different = [each for each in report.judgements if each.verdict is not Verdict.SAME]
    assert different == []
    kinds = {each.known.event.kind for each in judged if each.known is not None}
    of_tasks = {kind for kind in EventKind if kind.startswith("remediation.")}
    assert of_tasks - {EventKind.REMEDIATION_PROPOSED} <= kinds
    assert {EventKind.EXTENSION_REQUESTED, EventKind.RISK_ACCEPTANCE_REQUESTED} <= kinds


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (EventKind.REMEDIATION_ACCEPTED, {"due_at": "2026-09-01T00:00:00.000000Z"}),
        (EventKind.REMEDIATION_DECLINED, {"because": "Another reason."}),
        (EventKind.REMEDIATION_EXTENDED, {"extensions": 0}),
        (EventKind.REMEDIATION_EXTENDED, {"due_on": "2026-12-31"}),
        (EventKind.REMEDIATION_IMPLEMENTED, {"observe_until": None}),
        (EventKind.REMEDIATION_VALIDATED, {"by": {"id": ROBIN.id, "role": "compliance"}}),
        (EventKind.REMEDIATION_RETURNED, {"due_on": "2027-01-01"}),
        (EventKind.REMEDIATION_RISK_ACCEPTED, {"expires_at": "2030-01-01T00:00:00.000000Z"}),
        (EventKind.REMEDIATION_REOPENED, {"due_on": "2030-01-01"}),
        (EventKind.REMEDIATION_CLOSED, {"outcome": "declined"}),
        (EventKind.EXTENSION_REQUESTED, {"before": "2026-01-01"}),
    ],
    ids=lambda given: str(given)[:40],
)
def test_what_an_entry_says_otherwise_comes_out_different(
    kind: EventKind, changed: dict[str, JsonValue]
) -> None:
    """Whatever follows by rule cannot be written otherwise."""
    walk = STORY
    number = next(n for n, event in enumerate(walk.events) if event.kind is kind)
    report = replay(
        with_event(walk.judged(), number, saying(**changed)(walk.events[number])), CONTENTS
    )
    assert verdicts(report)[walk.entries()[number].id] is Verdict.DIFFERENT


def test_a_mandatory_task_cannot_be_opened_as_another() -> None:
    """Whether it is mandatory follows from its priority, by the pinned policy."""
    walk = STORY
    number = next(n for n, e in enumerate(walk.events) if e.kind is EventKind.REMEDIATION_OPENED)
    task = {**walk.events[number].payload["task"], "mandatory": False}
    report = replay(
        with_event(walk.judged(), number, saying(task=task)(walk.events[number])), CONTENTS
    )
    assert verdicts(report)[walk.entries()[number].id] is Verdict.DIFFERENT


def test_nothing_is_judged_over_what_is_withheld() -> None:
    """Whatever rests on a withheld entry is not replayable; nothing comes out different."""
    walk = STORY
    seen = set[EventKind]()
    for number, event in enumerate(walk.events):
        about = event.subject.type in {"remediation", "extension", "risk_acceptance"}
        if about and event.kind not in seen:
            seen.add(event.kind)
            judged = walk.judged()
            judged[number] = withheld(judged[number], kind_known=True)
            report = replay(judged, CONTENTS)
            assert not list(report.having(Verdict.DIFFERENT)), event.kind

"""Replay of communications: nothing that left unsigned, or otherwise than signed, is the same."""

from __future__ import annotations

import pytest

from holdfast.domain.communication.kinds import Audience
from holdfast.domain.communication.message import OnCommand, Release, ScheduledFor
from holdfast.domain.events import Event, EventKind
from holdfast.domain.policies import APPROVAL_MATRIX
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import JudgedEvent, Judgement, Verdict
from holdfast.domain.values import JsonObject
from tests.communication_scenes import LATER_MATRIX
from tests.communication_walk import LEGAL, draft
from tests.joint_walk import JointWalk
from tests.judged_walks import CONTENTS, WALKS
from tests.replayed import judged_with, number_of, of, saying, with_event, withheld
from tests.rulebook import POLICIES
from tests.statements import COMPLIANCE, SASHA

OTHER = f"sha256:{'0' * 64}"


def published(release: Release | None = None) -> JointWalk:
    """A statement that was given back, and whose second version was signed off and left."""
    walk = JointWalk()
    walk.to_contain()
    statement = walk.open()
    statement.hand_in()
    statement.answer(COMPLIANCE, statement.open_requests()[1], "returned")
    statement.edit(draft("No money is lost.", release=release), SASHA)
    statement.to_approved()
    return walk


def released(walk: JointWalk) -> str:
    """The entry with which the statement left."""
    return walk.judged()[number_of(walk, EventKind.COMMUNICATION_RELEASED, -1)].entry


def release_after(walk: JointWalk, *forged: JudgedEvent) -> Judgement:
    """The judgement on the release, where these entries were before it."""
    number = number_of(walk, EventKind.COMMUNICATION_RELEASED, -1)
    events = [*walk.judged()[:number], *forged, *walk.judged()[number:]]
    return of(replay(events, CONTENTS), released(walk))


def test_only_those_who_cleared_this_version_are_named() -> None:
    """Whoever gave an earlier version back has cleared nothing."""
    walk = published()
    (cleared,) = [each for each in walk.events if each.kind is EventKind.COMMUNICATION_CLEARED]
    assert [each["id"] for each in cleared.payload["by"]] == [LEGAL.id, COMPLIANCE.id]


@pytest.mark.parametrize("member", ["message", "approved", "version", "keys", "deliveries"])
def test_what_left_is_what_was_approved(member: str) -> None:
    """Other bytes, another approval, or other recipients come out different."""
    other = OTHER if member == "message" else []
    judgement = judged_with(
        published(), EventKind.COMMUNICATION_RELEASED, saying(**{member: other})
    )
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason == f"the rules give another {member}"


def test_an_approval_that_was_voided_lets_nothing_leave() -> None:
    """Though the entry of the approval is there."""
    walk = published()
    approval = walk.last(EventKind.DECISION_DECIDED)
    voided = approval.model_copy(update={"kind": EventKind.DECISION_VOIDED, "payload": {}})
    judgement = release_after(walk, JudgedEvent("forged", walk.now, voided))
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason == f"{approval.subject.id} is voided"


def test_an_approval_of_an_earlier_version_lets_nothing_leave() -> None:
    """An edit takes the approval away, whether or not anybody has voided it."""
    walk = published()
    edited = JudgedEvent("forged", walk.now, walk.last(EventKind.COMMUNICATION_DRAFTED))
    judgement = release_after(walk, edited)
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason == "no approval of version 2 stands"


@pytest.mark.parametrize("outcome", ["rejected", "returned"])
def test_a_decision_against_it_lets_nothing_leave(outcome: str) -> None:
    """Whatever is recorded after it."""
    walk = published()
    number = number_of(walk, EventKind.DECISION_DECIDED, -1)
    changed = saying(outcome=outcome)(walk.events[number])
    report = replay(with_event(walk.judged(), number, changed), CONTENTS)
    different = [judgement.kind for judgement in report.having(Verdict.DIFFERENT)]
    assert different == [
        EventKind.DECISION_DECIDED,
        EventKind.COMMUNICATION_APPROVED,
        EventKind.COMMUNICATION_RELEASED,
    ]


def test_a_review_that_is_missing_clears_nothing() -> None:
    """Everybody who has to look at it is named by the matrix, and has to have cleared it."""
    walk = published()
    number = number_of(walk, EventKind.DECISION_DECIDED, -3)  # legal, before compliance
    changed = saying(outcome="returned")(walk.events[number])
    report = replay(with_event(walk.judged(), number, changed), CONTENTS)
    cleared = walk.judged()[number_of(walk, EventKind.COMMUNICATION_CLEARED)].entry
    judgement = of(report, cleared)
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason == "version 2 was not cleared by legal"


@pytest.mark.parametrize(("severity", "verdict"), [("SEV4", "different"), ("SEV2", "same")])
def test_nobody_hands_in_at_a_severity_that_never_was(severity: str, verdict: str) -> None:
    """A lower one would spare a review."""
    judgement = judged_with(
        published(), EventKind.COMMUNICATION_SUBMITTED, saying(severity=severity)
    )
    assert judgement.verdict == verdict
    if verdict == "different":
        assert "has had no severity SEV4" in (judgement.reason or "")


@pytest.mark.parametrize("members", [{"reviewers": ["legal"]}, {"authors": []}, {"bypass": False}])
def test_the_matrix_says_who_signs_off(members: JsonObject) -> None:
    """Fewer reviewers, a forgotten author, or another bypass come out different."""
    judgement = judged_with(published(), EventKind.COMMUNICATION_SUBMITTED, saying(**members))
    assert judgement.verdict is Verdict.DIFFERENT


def test_what_a_person_wrote_never_leaves_unasked() -> None:
    """Only what was composed of policies and facts does, where the matrix says so."""

    def unasked(event: Event) -> Event:
        return saying(standing=True)(event).model_copy(update={"answers": None})

    walk = JointWalk()
    walk.to_contain()
    walk.open(audience=Audience.STAFF).hand_in()
    judgement = judged_with(walk, EventKind.COMMUNICATION_SUBMITTED, unasked)
    assert judgement.verdict is Verdict.DIFFERENT
    assert "leave unasked" in (judgement.reason or "")


@pytest.mark.parametrize(
    ("release", "why"),
    [(OnCommand(), "nobody has"), (ScheduledFor(at="2026-03-05T12:00:00Z"), "not to leave before")],  # type: ignore[arg-type]
)
def test_nothing_leaves_before_its_time(release: Release, why: str) -> None:
    """Neither by itself what waits for a command, nor early what waits for a moment."""
    walk = published(release)
    approved = walk.last(EventKind.COMMUNICATION_APPROVED)
    early = approved.model_copy(update={"kind": EventKind.COMMUNICATION_RELEASED})
    events = [*walk.judged(), JudgedEvent("forged", walk.now, early)]
    judgement = of(replay(events, CONTENTS), "forged")
    assert judgement.verdict is Verdict.DIFFERENT
    assert why in (judgement.reason or "")


def test_nothing_leaves_twice() -> None:
    """The second release is none of the process."""
    walk = published()
    again = JudgedEvent("forged", walk.now, walk.last(EventKind.COMMUNICATION_RELEASED))
    judgement = of(replay([*walk.judged(), again], CONTENTS), "forged")
    assert judgement.verdict is Verdict.DIFFERENT
    assert "in stage publishing" in (judgement.reason or "")


def test_a_question_of_another_communication_is_none_of_this_one() -> None:
    """Its id says whose it is."""

    def of_another(event: Event) -> Event:
        named = event.subject.id.replace("communication-2:", "communication-1:")
        return event.model_copy(update={"subject": event.subject.model_copy(update={"id": named})})

    judgement = judged_with(published(), EventKind.DECISION_REQUESTED, of_another)
    assert judgement.verdict is Verdict.DIFFERENT
    assert "is no request of" in (judgement.reason or "")


def test_a_communication_goes_by_the_matrix_that_it_began_under() -> None:
    """Each of two, the incident having been pinned to another in between."""
    walk = WALKS["begun under one matrix and ended under another"]
    submitted = [each for each in walk.events if each.kind is EventKind.COMMUNICATION_SUBMITTED]
    by_people = [each for each in submitted if each.answers]
    assert [each.payload["reviewers"] for each in by_people] == [[], ["legal"]]
    pins = [POLICIES[APPROVAL_MATRIX].pin, LATER_MATRIX.pin]
    assert [each.policy for each in by_people] == pins
    for event, other in zip(by_people, reversed(pins), strict=True):
        number = walk.events.index(event)
        forged = event.model_copy(update={"policy": other})
        events = with_event(walk.judged(), number, forged)
        judgement = of(replay(events, CONTENTS), events[number].entry)
        assert judgement.verdict is Verdict.DIFFERENT
        assert f"not under {other.version} ({other.digest})" in (judgement.reason or "")


def test_nobody_opens_under_another_matrix_than_the_incident_is_pinned_to() -> None:
    """What it says of itself is held against what the incident says."""
    walk = published()
    number = number_of(walk, EventKind.COMMUNICATION_OPENED, -1)
    own = saying(matrix=LATER_MATRIX.pin.model_dump(mode="json"))(walk.events[number])
    report = replay(with_event(walk.judged(), number, own), CONTENTS)
    assert of(report, released(walk)).verdict is Verdict.DIFFERENT


@pytest.mark.parametrize("kind_known", [True, False])
def test_without_its_opening_nothing_of_a_communication_is_the_same(
    kind_known: bool,  # noqa: FBT001 - a case
) -> None:
    """Nobody can see then whom it is for, and under which matrix it began."""
    walk = published()
    events = walk.judged()
    number = number_of(walk, EventKind.COMMUNICATION_OPENED, -1)
    events[number] = withheld(events[number], kind_known=kind_known)
    report = replay(events, CONTENTS)
    signing = {"communication.submitted", "communication.released", "decision.requested"}
    verdicts = {
        judgement.verdict
        for judgement in report.judgements
        if judgement.kind in signing and judgement.entry.startswith("communication/")
        if "/2#" in judgement.entry
    }
    assert verdicts == {Verdict.NOT_REPLAYABLE}
    assert report.having(Verdict.DIFFERENT) == ()

"""Post-incident reviews at the incident: complete or refused, and earlier ones as they were."""

from __future__ import annotations

import json
from typing import Any

import pytest

from holdfast.domain.actions import PostIncidentReview, ReportReview
from holdfast.domain.decisions import DecisionState
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.policies import APPROVAL_MATRIX, pinned
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import Verdict
from holdfast.domain.reviews.completeness import missing
from holdfast.domain.reviews.naming import lesson_named
from holdfast.domain.values import digest_of
from holdfast.evidence.sentences import sentence
from holdfast.store.reviews.tables import lesson, review
from tests.folded import folded
from tests.judged_walks import CONTENTS
from tests.rulebook import POLICIES
from tests.statements import COMMANDER, COMPLIANCE, REVIEW, ROBIN, SASHA
from tests.timed_walk import TimedWalk

EARLIER = PostIncidentReview(
    summary="A lapsed certificate stopped the payment gateway for 40 minutes.",
    root_cause="The certificate was not in the renewal inventory.",
    contributing_factors=("No alert on certificate age",),
    went_well="Isolation took four minutes.",
    to_improve="Nobody knew who owns the gateway's certificates.",
    lessons=("Every certificate has an owner and an alert",),
)
"""As reviews were before they had to be complete."""

NEW_MEMBERS = set(PostIncidentReview.model_fields) - set(EARLIER.model_dump())


def changed(**members: object) -> PostIncidentReview:
    """The complete review with other members, read as a door reads it."""
    content = json.loads(REVIEW.model_dump_json()) | members
    return PostIncidentReview.model_validate_json(json.dumps(content))


def without(*members: str) -> PostIncidentReview:
    """The complete review without these members."""
    content = json.loads(REVIEW.model_dump_json())
    kept = {name: value for name, value in content.items() if name not in members}
    return PostIncidentReview.model_validate_json(json.dumps(kept))


def under_an_older_matrix() -> TimedWalk:
    """An incident in learn whose matrix knows nothing of what came with format 5."""
    document: dict[str, Any] = json.loads(POLICIES[APPROVAL_MATRIX].content)
    later = ("recovery.stand_down", "remediation.")
    rules = {name: r for name, r in document["rules"].items() if not name.startswith(later)}
    walk = TimedWalk()
    walk.state.policies = walk.state.policies | {
        APPROVAL_MATRIX: pinned(document | {"format": 4, "version": "4.9.9", "rules": rules})
    }
    walk.process.work.take_up_matrix()
    walk.open_under(walk.state.all_pins)
    walk.answer(COMMANDER, "severity.assignment-1", "confirm")
    walk.to_learn_from_contain()
    return walk


def learning() -> TimedWalk:
    """An incident in learn."""
    walk = TimedWalk()
    walk.to_learn()
    return walk


def test_an_earlier_review_keeps_its_bytes_and_its_digest() -> None:
    """What was recorded and signed before the new members came verifies as it did."""
    assert digest_of(EARLIER.model_dump(mode="json")) == (
        "sha256:b617d9cc0dc266e6b88dd34369eac859387d49fbd43c42069a5bde30596ef0ea"
    )
    assert {
        *("timeline_confirmed", "root_causes", "five_whys", "promptness", "forensics"),
        *("severity_determination", "escalation", "communication", "recurrence"),
    } == NEW_MEMBERS


def test_a_complete_review_is_taken_and_asked_about() -> None:
    """Its entry holds every part, and the question is about exactly that."""
    walk = learning()
    recorded = walk.submit(ROBIN, ReportReview(review=REVIEW))
    assert recorded.kind is EventKind.REVIEW_RECORDED
    assert set(recorded.payload) >= NEW_MEMBERS - {"recurrence"}
    digest = digest_of({n: v for n, v in recorded.payload.items() if n != "version"})
    assert walk.state.requests["review.sign_off-1"].subject.digest == digest
    assert "not adequate: escalation" in sentence(recorded)
    assert "process_failure_insufficient_or_failure_of_ict_operations" in sentence(recorded)


def test_an_incomplete_review_is_refused_with_everything_that_is_missing() -> None:
    """All at once, so that nobody comes back six times."""
    walk = learning()
    refused = walk.submit(ROBIN, ReportReview(review=EARLIER))
    assert (refused.kind, refused.payload["reason"]) == (
        EventKind.SUBMISSION_REFUSED,
        "review_incomplete",
    )
    for member in NEW_MEMBERS - {"recurrence"}:
        assert f"{member}: " in refused.payload["detail"], member
    assert walk.state.review is None
    assert "review.sign_off-1" not in walk.state.requests


@pytest.mark.parametrize("member", sorted(NEW_MEMBERS - {"recurrence"}))
def test_each_part_is_missed_by_itself(member: str) -> None:
    """And nothing else is."""
    (said,) = missing(without(member))
    assert said.startswith(f"{member}: ")


def test_a_review_can_be_wanting_in_other_ways() -> None:
    """Too few whys, a timeline that is wrong without saying where, a cause without its detail."""
    assert missing(REVIEW) == ()
    (few,) = missing(changed(five_whys=["One.", "Two."]))
    assert few == "five_whys: 2 given; ask why at least 3 times"
    (wrong,) = missing(changed(timeline_confirmed={"confirmed": False}))
    assert "corrections" in wrong
    corrected = {"confirmed": False, "corrections": "Isolation began at 12:10."}
    assert missing(changed(timeline_confirmed=corrected)) == ()
    other = [{"category": "human_error", "detail": "human_error_other"}]
    (unsaid,) = missing(changed(root_causes=other))
    assert "field 4.4" in unsaid


def test_an_older_incident_takes_the_review_that_it_always_took() -> None:
    """And the fuller one as well, if somebody writes it."""
    walk = under_an_older_matrix()
    recorded = walk.submit(ROBIN, ReportReview(review=EARLIER))
    assert recorded.kind is EventKind.REVIEW_RECORDED
    assert not NEW_MEMBERS & set(recorded.payload)
    fuller = walk.submit(ROBIN, ReportReview(review=REVIEW))
    assert fuller.payload["version"] == 2


def test_another_version_voids_the_sign_off_whatever_it_changes() -> None:
    """A finding is as much a part of what was signed as the summary."""
    walk = learning()
    walk.submit(ROBIN, ReportReview(review=REVIEW))
    walk.answer(COMMANDER, "review.sign_off-1", "signed_off")
    other = {"finding": "It was found quickly after all.", "adequate": True}
    walk.submit(SASHA, ReportReview(review=changed(escalation=other)))
    first, second = (walk.state.requests[f"review.sign_off-{number}"] for number in (1, 2))
    assert (first.state, second.state) == (DecisionState.VOIDED, DecisionState.OPEN)
    assert first.subject.digest != second.subject.digest


def test_the_question_about_a_fuller_review_is_judged_again() -> None:
    """From the entry alone, every new member counts."""
    walk = learning()
    again = [{"incident": "INC-2026-000009", "because": "The same certificate."}]
    walk.submit(ROBIN, ReportReview(review=changed(recurrence=again)))
    walk.answer(COMMANDER, "review.sign_off-1", "signed_off")
    walk.answer(COMPLIANCE, "review.sign_off-1", "signed_off")
    asked = [e for e in walk.entries() if e.event.subject.id == "review.sign_off-1"]
    judged = {each.entry: each.verdict for each in replay(walk.judged(), CONTENTS).judgements}
    verdicts = [judged[entry.id] for entry in asked]
    assert len(verdicts) >= 4
    assert set(verdicts) == {Verdict.SAME}


def test_the_projection_has_the_latest_version_and_what_was_decided() -> None:
    """A sign-off counts for the version that it was about, and for no later one."""
    walk = learning()
    walk.submit(ROBIN, ReportReview(review=REVIEW))
    walk.answer(COMMANDER, "review.sign_off-1", "signed_off")
    walk.answer(COMPLIANCE, "review.sign_off-1", "signed_off")
    (row,) = folded(walk.entries(), review)
    assert (row["version"], row["signed_off_at"]) == (1, walk.now)
    assert row["content"] == json.loads(REVIEW.model_dump_json())
    assert [each["outcome"] for each in row["sign_offs"]] == ["signed_off"]
    walk.submit(SASHA, ReportReview(review=changed(summary="Another view.")))
    (row,) = folded(walk.entries(), review)
    assert (row["version"], row["signed_off_at"], row["signed_off"]) == (2, None, None)
    assert [each["version"] for each in row["versions"]] == [1, 2]
    assert row["versions"][1]["digest"] == row["digest"] != row["sign_offs"][0]["digest"]
    walk.answer(COMMANDER, "review.sign_off-2", "returned")
    (row,) = folded(walk.entries(), review)
    assert (row["signed_off_at"], len(row["sign_offs"])) == (None, 2)
    assert folded(walk.entries(), lesson) == []


def test_a_lesson_that_was_taken_up_reads_as_a_sentence() -> None:
    """Which lesson, into which risk, in the words in which it was taken up."""
    payload = {"lesson": 2, "text": "Rehearse it", "risk": "ICT-R-017", "statement": "Raised."}
    about = Subject(type="lesson", id="INC-2026-000001-lesson-2")
    event = Event(kind=EventKind.LESSON_ASSESSED, subject=about, actor=COMPLIANCE, payload=payload)
    assert sentence(event) == ("Lesson 2 taken into the risk assessment as ICT-R-017: Rehearse it")
    assert lesson_named(about.id) == ("INC-2026-000001", 2)
    assert lesson_named("INC-2026-000001-lesson-0") is None

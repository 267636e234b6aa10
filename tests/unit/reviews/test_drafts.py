"""Drafts of reviews against a story that is told independently of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from holdfast.domain.actions import PostIncidentReview
from holdfast.domain.events import EventKind
from holdfast.domain.reviews.completeness import FINDINGS
from holdfast.errors import NotFound
from holdfast.evidence.entry import Entry
from holdfast.evidence.reviews.document import DraftedReview, EarlierIncident, Likeness
from holdfast.evidence.reviews.drafting import review_draft
from tests.told_escalations import told_entries
from tests.told_reviews import INCIDENT, told_review_entries

EARLIER = EarlierIncident(
    incident="INC-2025-000042",
    title="Payments were refused",
    aware_at=datetime(2025, 11, 2, tzinfo=UTC),
    likeness=Likeness.ROOT_CAUSE,
    shared=("a-lapsed-certificate",),
    entries=("incident/INC-2025-000042#0",),
)


@pytest.fixture(scope="module")
def draft() -> DraftedReview:
    """The draft of the story."""
    return review_draft(told_review_entries(), (EARLIER,))


def at(clock: str) -> datetime:
    """A moment of the day of the story."""
    return datetime.fromisoformat(f"2026-03-04T{clock}:00+00:00")


def by_id() -> dict[str, Entry]:
    """The entries of the story."""
    return {entry.id: entry for entry in told_review_entries()}


def test_the_key_moments_are_those_of_the_story(draft: DraftedReview) -> None:
    """Each with the entry that says so; it is not closed, and nobody has classified it."""
    assert {str(moment.name): moment.at for moment in draft.moments} == {
        "occurred": at("11:20"),
        "detected": at("12:00"),
        "confirmed": at("12:04"),
        "contained": at("13:25"),
        "recovered": at("14:55"),
    }
    kinds = {str(each.name): by_id()[each.entry].event.kind for each in draft.moments}
    assert kinds == {
        "occurred": EventKind.FACTS_CHANGED,
        "detected": EventKind.INCIDENT_OPENED,
        "confirmed": EventKind.INCIDENT_CONFIRMED,
        "contained": EventKind.MILESTONE_REACHED,
        "recovered": EventKind.DECISION_DECIDED,
    }


def test_durations_are_counted_from_the_moments(draft: DraftedReview) -> None:
    """In whole seconds; a pair of which one is unknown is left out."""
    assert [(span.since, span.until, span.seconds) for span in draft.spans] == [
        ("occurred", "detected", 40 * 60),
        ("detected", "confirmed", 4 * 60),
        ("detected", "contained", 85 * 60),
        ("detected", "recovered", 175 * 60),
        ("occurred", "recovered", 215 * 60),
    ]


def test_decisions_tell_how_long_they_took(draft: DraftedReview) -> None:
    """And which were late, bypassed and ratified."""
    told = {each.request: each for each in draft.decisions}
    assert told["incident.confirmation-1"].took_seconds == 4 * 60
    assert not told["incident.confirmation-1"].late
    bypassed = told["containment.approval-1"]
    assert (bypassed.exception_code, bypassed.ratified) == ("E-IMMINENT-HARM", "ratified")
    assert bypassed.roles == ("responder",)
    assert told["recovery.validation-1"].outcome == "validated"
    severity = next(each for each in draft.decisions if each.kind == "severity.assignment")
    assert severity.took_seconds in {21 * 60, 25 * 60}
    assert {each.outcome for each in draft.decisions} >= {"override", "signed_off"}


def test_the_course_is_that_of_the_story(draft: DraftedReview) -> None:
    """Severity, playbook, outage, waiver, and the missed deadlines with those they reached."""
    (step,) = draft.severities
    assert (step.severity, step.overridden) == ("SEV1", True)
    (play,) = draft.plays
    assert (play.title, play.done, play.skipped, play.failed, play.over) == (
        *("Isolate the gateway", 2, 1, 0),
        True,
    )
    (outage,) = draft.outages
    assert (outage.service, outage.minutes, outage.partial_minutes, outage.ended) == (
        *("instant-payments", 95, 0),
        True,
    )
    assert [each.check for each in draft.waived] == ["data_reconciled"]
    assert "compliance" in {role for each in draft.escalations for role in each.roles}
    for clock in draft.missed:
        missed = by_id()[clock.entries[0]]
        assert missed.event.kind is EventKind.CLOCK_MISSED
        assert missed.occurred_at >= clock.due_at


def test_a_step_counts_as_it_ended_last() -> None:
    """Without the attempt that went well, it failed, and that is to be improved."""
    entries = list(told_review_entries())
    performed = [e for e in entries if e.event.kind is EventKind.STEP_PERFORMED]
    entries.remove(performed[-1])
    draft = review_draft(entries)
    (play,) = draft.plays
    assert (play.done, play.skipped, play.failed) == (1, 1, 1)
    assert "1 step(s) of 'Isolate the gateway' failed." in draft.review["to_improve"]
    assert "Isolate the gateway" not in (draft.review["went_well"] or "")


def test_every_sentence_names_entries_that_are_there(draft: DraftedReview) -> None:
    """And every entry that is named anywhere is one of the incident's."""
    assert set(draft.statements) >= {"summary", "promptness", "severity_determination"}
    for statements in draft.statements.values():
        for each in statements:
            assert each.entries, each.text
            assert set(each.entries) <= set(by_id()), each.text
    named: list[Any] = [draft.model_dump(exclude={"earlier", "review"})]
    found = set()
    while named:
        match named.pop():
            case dict() as members:
                found |= (
                    set(members.get("entries", ()))
                    if isinstance(members.get("entries"), tuple)
                    else set()
                )
                found |= {members["entry"]} if "entry" in members else set()
                named += members.values()
            case list() | tuple() as members:
                named += members
    assert found <= set(by_id())
    assert len(found) > 20


def test_the_review_is_prefilled_and_judges_nothing(draft: DraftedReview) -> None:
    """Whether it was adequate, why it happened and what follows is for people to say."""
    review = draft.review
    assert set(review) == set(PostIncidentReview.model_fields)
    assert "Payment gateway does not answer (instant-payments)." in review["summary"]
    assert "instant-payments was down for 95 min." in review["summary"]
    assert "From detection to recovery: 2 h 55 min." in review["promptness"]["finding"]
    assert "SEV1 was assigned" in review["severity_determination"]["finding"]
    assert "Check 'data_reconciled' was waived" in review["to_improve"]
    assert "bypassed under E-IMMINENT-HARM, and that was ratified" in review["to_improve"]
    assert {review[name]["adequate"] for name in FINDINGS if review[name]} == {None}
    assert (review["root_cause"], review["forensics"], review["timeline_confirmed"]) == (None,) * 3
    assert (review["lessons"], review["five_whys"], review["root_causes"]) == ([], [], [])
    assert review["recurrence"] == [
        {"incident": "INC-2025-000042", "because": "The same root cause: a-lapsed-certificate"}
    ]


def test_what_a_provider_did_not_keep_is_told_of_the_provider() -> None:
    """As a contributing factor with every breach behind it, and as the cause that it suggests."""
    draft = review_draft(told_entries())
    assert [each.provider for each in draft.breaches] == ["core-ledger"] * 5
    (factor,) = draft.statements["contributing_factors"]
    assert factor.entries == tuple(each.entry for each in draft.breaches)
    assert draft.review["root_causes"][0]["detail"] == "external_event_third-party_failures"
    assert "Core Ledger Ltd" not in draft.review["promptness"]["finding"]


def test_the_same_entries_give_the_same_draft(draft: DraftedReview) -> None:
    """And without any there is none."""
    assert review_draft(told_review_entries(), (EARLIER,)) == draft
    assert draft.incident == INCIDENT
    with pytest.raises(NotFound):
        review_draft(())

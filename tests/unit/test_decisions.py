"""The rule of a decision, under any order and duplication of answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.actions import ReportReview
from holdfast.domain.approval_matrix import Bypass, DecisionKind, Option
from holdfast.domain.decisions import DecisionRequest, DecisionState, Weighed, weigh
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Answer, Origin
from holdfast.domain.values import digest_of
from tests.statements import (
    BOARD,
    COMMANDER,
    COMPLIANCE,
    NOON,
    REVIEW,
    ROBIN,
    SASHA,
    disruptive,
    report,
)
from tests.walk import Walk

SUBJECT = Subject(type="action", id="action-1", digest=digest_of("isolate the gateway"))
STALE = digest_of("isolate everything")

PEOPLE = tuple(Actor(id=f"person-{name}", role=Role.INCIDENT_COMMANDER) for name in "abcde")


def request(quorum: int = 1, authors: tuple[str, ...] = ("person-robin",)) -> DecisionRequest:
    """A request for approval with a bypass."""
    return DecisionRequest(
        id="containment.approval-1",
        kind=DecisionKind.CONTAINMENT_APPROVAL,
        question="May it be?",
        subject=SUBJECT,
        authors=authors,
        roles=(Role.INCIDENT_COMMANDER, Role.MANAGEMENT_BODY),
        options={"approved": Option(quorum=quorum), "rejected": Option(rationale_required=True)},
        bypass=Bypass(codes=("E-UNREACHABLE",), roles=(Role.RESPONDER,), options=("approved",)),
        due_at=NOON,
    )


def answer(
    option: str = "approved",
    *,
    code: str | None = None,
    rationale: str | None = "Seen.",
    digest: str = SUBJECT.digest or "",
) -> Answer:
    """An answer to that request."""
    return Answer(
        request_id="containment.approval-1",
        option=option,
        subject_digest=digest,
        rationale=rationale,
        exception_code=code,
    )


def refusal(result: Weighed | Refusal) -> RefusalReason:
    """The reason of a refusal."""
    assert isinstance(result, Refusal)
    return result.reason


def test_an_entitled_person_decides_alone_where_the_quorum_is_one() -> None:
    """One answer settles a decision of quorum one."""
    result = weigh(request(), answer(), COMMANDER, frozenset())
    assert isinstance(result, Weighed)
    assert result.settles
    assert result.request.outcome == "approved"


@pytest.mark.parametrize(
    ("actor", "given_answer", "expected"),
    [
        (ROBIN, answer(), RefusalReason.SELF_APPROVAL),
        (ROBIN, answer(code="E-UNREACHABLE"), RefusalReason.SELF_APPROVAL),
        (SASHA, answer(), RefusalReason.ROLE_NOT_ENTITLED),
        (SASHA, answer(code="E-OTHER"), RefusalReason.EXCEPTION_NOT_ALLOWED),
        (SASHA, answer("rejected", code="E-UNREACHABLE"), RefusalReason.EXCEPTION_NOT_ALLOWED),
        (COMPLIANCE, answer(code="E-UNREACHABLE"), RefusalReason.EXCEPTION_NOT_ALLOWED),
        (SASHA, answer(code="E-UNREACHABLE", rationale=None), RefusalReason.RATIONALE_REQUIRED),
        (COMMANDER, answer("rejected", rationale=None), RefusalReason.RATIONALE_REQUIRED),
        (COMMANDER, answer("perhaps"), RefusalReason.UNKNOWN_OPTION),
        (COMMANDER, answer(digest=STALE), RefusalReason.STALE_DIGEST),
    ],
    ids=[
        "own draft",
        "own draft under exception",
        "other role",
        "unknown code",
        "other option",
        "role without bypass",
        "exception without rationale",
        "rejection without rationale",
        "unknown option",
        "stale digest",
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused_with_its_reason(
    actor: Actor, given_answer: Answer, expected: RefusalReason
) -> None:
    """Each rule refuses by a reason of its own."""
    assert refusal(weigh(request(), given_answer, actor, frozenset())) is expected


def test_an_author_in_another_role_is_still_the_author() -> None:
    """Changing the role does not make another person."""
    same_person = Actor(id=ROBIN.id, role=Role.INCIDENT_COMMANDER)
    assert (
        refusal(weigh(request(), answer(), same_person, frozenset())) is RefusalReason.SELF_APPROVAL
    )


def test_a_role_that_the_ladder_has_reached_may_decide() -> None:
    """An escalation entitles its roles where the ladder says so."""
    entitled = frozenset({Role.COMPLIANCE})
    assert isinstance(weigh(request(), answer(), COMPLIANCE, entitled), Weighed)


def test_a_person_counts_once_towards_a_quorum() -> None:
    """The second answer of the same person is refused."""
    first = weigh(request(quorum=2), answer(), COMMANDER, frozenset())
    assert isinstance(first, Weighed)
    assert not first.settles
    again = weigh(first.request, answer(), COMMANDER, frozenset())
    assert refusal(again) is RefusalReason.ALREADY_ANSWERED


@given(
    quorum=st.integers(1, 4),
    votes=st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["approved", "rejected"])), max_size=12
    ),
    authors=st.sets(st.sampled_from([person.id for person in PEOPLE]), max_size=2),
)
def test_any_order_and_duplication_gives_at_most_one_outcome_and_no_self_approval(
    quorum: int, votes: list[tuple[Actor, str]], authors: set[str]
) -> None:
    """However answers come, one outcome stands, reached by enough people who are no authors."""
    current, outcomes = request(quorum=quorum, authors=tuple(sorted(authors))), []
    for actor, option in votes:
        result = weigh(current, answer(option), actor, frozenset())
        if isinstance(result, Weighed):
            current = result.request
            outcomes += [option] if result.settles else []
    assert len(outcomes) <= 1
    assert not {given_answer.actor.id for given_answer in current.answers} & authors
    if current.state is DecisionState.DECIDED:
        agreeing = {a.actor.id for a in current.answers if a.option == current.outcome}
        assert len(agreeing) >= current.options[current.outcome or ""].quorum


@given(order=st.permutations(list(range(5)) * 2))
def test_the_same_answers_in_any_order_give_the_same_outcome(order: list[int]) -> None:
    """When people agree, neither order nor repetition matters."""
    current = request(quorum=3, authors=())
    for index in order:
        result = weigh(current, answer(), PEOPLE[index], frozenset())
        current = result.request if isinstance(result, Weighed) else current
    assert (current.state, current.outcome) == (DecisionState.DECIDED, "approved")
    assert len(current.answers) == 3


@given(data=st.data())
def test_submissions_of_a_whole_incident_in_any_order_never_let_anyone_approve_their_own_action(
    data: st.DataObject,
) -> None:
    """Through the whole process: one receipt a submission, one outcome, no self-approval."""
    walk = Walk()
    walk.to_contain()
    walk.submit(ROBIN, disruptive())
    submissions = [
        (ROBIN, "approved", None, "d-robin"),
        (ROBIN, "approved", "E-UNREACHABLE", "d-robin-urgent"),
        (SASHA, "approved", "E-UNREACHABLE", "d-sasha"),
        (COMMANDER, "approved", None, "d-kim"),
        (BOARD, "rejected", None, "d-noor"),
    ]
    order = data.draw(st.lists(st.sampled_from(submissions), min_size=1, max_size=15))
    for actor, option, code, decision_id in order:
        walk.answer(actor, "containment.approval-1", option, code=code, submission_id=decision_id)
    decided = [
        e
        for e in walk.events
        if e.kind is EventKind.DECISION_DECIDED and e.subject.id == "containment.approval-1"
    ]
    assert len(decided) <= 1
    assert all(ROBIN.id not in [by["id"] for by in e.payload["decided_by"]] for e in decided)
    receipts = [e.answers for e in walk.events if e.answers and e.answers.startswith("d-")]
    assert sorted(receipts) == sorted({decision_id for *_, decision_id in order})


def test_a_bypass_opens_its_ratification_and_the_bypasser_cannot_ratify() -> None:
    """A bypass is never the last word, nor ratified by whoever used it."""
    walk = Walk()
    walk.to_contain()
    walk.submit(ROBIN, disruptive())
    walk.answer(SASHA, "containment.approval-1", "approved", code="E-IMMINENT-HARM")
    assert walk.last(EventKind.DECISION_BYPASSED).actor == SASHA
    assert "bypass.ratification-1" in walk.open_requests()
    as_board = Actor(id=SASHA.id, role=Role.MANAGEMENT_BODY)
    refused = walk.answer(as_board, "bypass.ratification-1", "ratified")
    assert refused.payload["reason"] == RefusalReason.SELF_APPROVAL
    walk.answer(BOARD, "bypass.ratification-1", "ratified")
    assert "bypass.ratification-1" not in walk.open_requests()


def test_an_edit_of_the_subject_voids_the_answers_given() -> None:
    """A new draft of the review starts its sign-off afresh."""
    walk = Walk()
    walk.to_learn()
    walk.submit(ROBIN, ReportReview(review=REVIEW))
    walk.answer(COMMANDER, "review.sign_off-1", "signed_off")
    walk.submit(SASHA, ReportReview(review=REVIEW.model_copy(update={"summary": "Another view."})))
    voided = walk.last(EventKind.DECISION_VOIDED)
    assert (voided.subject.id, voided.payload["answers_lost"]) == ("review.sign_off-1", 1)
    # Robin drafted the first version, so the second is partly Robin's too.
    assert set(walk.state.requests["review.sign_off-2"].authors) == {ROBIN.id, SASHA.id}


def test_whoever_types_a_report_in_for_somebody_else_cannot_confirm_it() -> None:
    """The reporter and the person at the keyboard are both its authors."""
    walk = Walk()
    absent = Actor(id="person-absent", role=Role.RESPONDER)
    walk.submit(ROBIN, report(Origin.HUMAN, absent))
    refused = walk.answer(ROBIN, "incident.confirmation-1", "confirmed")
    assert refused.payload["reason"] == RefusalReason.SELF_APPROVAL

"""The doors of escalations say early what the escalation itself would say, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import RowMapping

from api.incident_workflows import signal_name
from api.third_parties.work import EscalationBody, refusal_of
from holdfast.domain.events import Event, EventKind
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party.asking import (
    EndPause,
    RecordNotification,
    ReportRelapse,
    ReportWeakness,
    RequestPause,
    ReviewEscalation,
    StateOrigin,
    VendorStatement,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import EscalationStage, Said, Source
from holdfast.domain.third_party.process import EscalationProcess
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.evidence.entry import Entry
from holdfast.store.receipts import says_the_same
from tests.statements import COMMANDER, ROBIN
from tests.third_party_walk import (
    CONTRACT,
    PROVIDER,
    REVIEW_OF_PROVIDER,
    VENDOR_MANAGER,
    ThirdPartyWalk,
    WalkedEscalation,
)

_REASON = "waiting-for-client"
_WHICH = [
    "statement",
    "pause",
    "pause_otherwise",
    "pause_end",
    "relapse",
    "origin",
    "weakness",
    "withdrawal",
    "review",
]
_REFUSED = {"pause_otherwise", "pause_end"}
"""The contract has no such reason; no pause is granted that could end."""


@pytest.fixture(scope="module")
def stages() -> dict[EscalationStage, WalkedEscalation]:
    """An escalation in each stage in which it takes anything."""
    found = {}
    for stage in EscalationStage:
        walk = ThirdPartyWalk()
        walk.to_contain()
        escalation = walk.escalate()
        walk.wait(timedelta(minutes=40))
        _bring_to(escalation, stage)
        assert escalation.state.stage is stage
        found[stage] = escalation
    return found


def _bring_to(escalation: WalkedEscalation, stage: EscalationStage) -> None:
    if stage is EscalationStage.WITHDRAWN:
        escalation.submit(COMMANDER, WithdrawEscalation(because="The cause was ours."))
    elif stage is EscalationStage.CLAIMED:
        escalation.say(Said.RESTORATION)
    elif stage is not EscalationStage.ASKED:
        escalation.restore()
    if stage is EscalationStage.REVIEW:
        escalation.submit(ROBIN, ReviewEscalation(review=REVIEW_OF_PROVIDER))
    elif stage is EscalationStage.CLOSED:
        escalation.review()


def _body(which: str, escalation: WalkedEscalation) -> EscalationBody:
    bodies: dict[str, EscalationBody] = {
        "statement": VendorStatement(
            said=Said.UPDATE,
            said_at=escalation.walk.now,
            source=Source.MAIL,
            reference="Mail of 14:02",
            text="They replace a disk.",
        ),
        "pause": RequestPause(reason=_REASON, statement="They wait for our logs."),
        "pause_otherwise": RequestPause(reason="holidays", statement="They are away."),
        "pause_end": EndPause(statement="They have the logs."),
        "relapse": ReportRelapse(statement="It is down again."),
        "origin": StateOrigin(rank=2, provider="sub", name="Sub", statement="Their report."),
        "weakness": ReportWeakness(weakness="Nobody answers at night."),
        "withdrawal": WithdrawEscalation(because="The cause was ours."),
        "review": ReviewEscalation(review=REVIEW_OF_PROVIDER),
    }
    return bodies[which]


def _row(escalation: WalkedEscalation) -> RowMapping:
    """What the projection holds of it, as far as the doors look at it."""
    state = escalation.state
    row: dict[str, Any] = {
        "incident_id": state.opening.incident,
        "number": state.opening.number,
        "stage": str(state.stage),
        "closed": state.stage is EscalationStage.CLOSED,
        "taken": state.taken.model_dump(mode="json") if state.taken else None,
        "pause_reason": state.pause.reason if state.pause and state.pause.since else None,
    }
    return cast("RowMapping", row)


def _recorded(escalation: WalkedEscalation, actor: Actor, body: EscalationBody) -> Entry:
    """What the escalation would record as the receipt, without going on for it."""
    state = escalation.state.snapshot()
    events: list[Event] = []

    def record(event: Event) -> str:
        events.append(event)
        return f"e{len(events)}"

    process = EscalationProcess(state, record)
    submission = Submission(
        submission_id="tried",
        workflow_id=state.opening.workflow_id,
        principal=actor,
        submitted_at=escalation.walk.now,
        body=body,
    )
    process.receive(submission, escalation.walk.now)
    (receipt,) = [event for event in events if event.answers == "tried"]
    return Entry(
        id="tried#0",
        incident=state.opening.incident,
        workflow=state.opening.workflow_id,
        sequence=0,
        occurred_at=escalation.walk.now,
        event=receipt,
        nonce=f"{1:032x}",
    )


@pytest.mark.parametrize("which", _WHICH)
@pytest.mark.parametrize("stage", EscalationStage)
def test_what_the_door_refuses_the_escalation_refuses_for_the_same_reason(
    stages: dict[EscalationStage, WalkedEscalation], stage: EscalationStage, which: str
) -> None:
    """And what it lets through is refused for nothing that it could have known.

    Of one that is closed no workflow is left to ask: the door is the last word.
    """
    escalation = stages[stage]
    body = _body(which, escalation)
    early = refusal_of(_row(escalation), body)
    if stage is EscalationStage.CLOSED:
        assert early is not None
        assert early.reason is RefusalReason.WRONG_STAGE
        return
    receipt = _recorded(escalation, ROBIN, body).event
    refused = receipt.kind is EventKind.SUBMISSION_REFUSED
    said = (receipt.payload["reason"], receipt.payload["detail"]) if refused else None
    assert (early and (str(early.reason), early.detail)) == said


def test_while_the_clocks_stand_still_no_second_pause_is_asked_for() -> None:
    """And only a pause that was granted can end."""
    walk = ThirdPartyWalk()
    walk.to_contain()
    escalation = walk.escalate()
    asked, ended = _body("pause", escalation), _body("pause_end", escalation)
    escalation.submit(ROBIN, asked)
    assert refusal_of(_row(escalation), asked) is None  # that one waits for its decision
    assert refusal_of(_row(escalation), ended) is not None
    escalation.answer(VENDOR_MANAGER, "third-party-1:third_party.pause-1", "granted")
    for body, refused in ((asked, True), (ended, False)):
        early = refusal_of(_row(escalation), body)
        receipt = _recorded(escalation, ROBIN, body).event
        assert (early is not None) is refused
        assert (receipt.kind is EventKind.SUBMISSION_REFUSED) is refused
        assert early is None or early.detail == receipt.payload["detail"]
    assert says_the_same(_recorded(escalation, ROBIN, ended), ROBIN.id, ended)


@pytest.mark.parametrize("which", [name for name in _WHICH if name not in _REFUSED])
def test_a_request_that_is_repeated_is_known_by_its_receipt(
    stages: dict[EscalationStage, WalkedEscalation], which: str
) -> None:
    """The same words are the same submission; one word changed, they are another."""
    stage = dict.fromkeys(("relapse", "review"), EscalationStage.RESTORED)
    escalation = stages[stage.get(which, EscalationStage.ASKED)]
    body = _body(which, escalation)
    entry = _recorded(escalation, ROBIN, body)
    assert says_the_same(entry, ROBIN.id, body)
    assert not says_the_same(entry, COMMANDER.id, body)
    for name, value in body.model_dump(mode="json", exclude={"type"}).items():
        if isinstance(value, str) and name not in {"said", "source", "said_at"}:
            assert not says_the_same(entry, ROBIN.id, body.model_copy(update={name: "other"})), name


def test_a_notification_that_is_repeated_is_known_by_its_receipt() -> None:
    """What it says is why the escalation was opened, and when it was said since when it runs."""
    walk = ThirdPartyWalk()
    walk.to_contain()
    told = RecordNotification(
        contract=CONTRACT,
        provider=PROVIDER,
        statement="Their ledger is down.",
        said_at=walk.now,
        source=Source.TELEPHONE,
    )
    receipt = walk.submit(ROBIN, told)
    assert receipt.kind == "third_party.opened"
    entry = next(each for each in walk.entries() if each.event == receipt)
    assert says_the_same(entry, ROBIN.id, told)
    other: JsonObject = {"said_at": walk.now + timedelta(seconds=1), "source": Source.MAIL}
    for name, value in {**other, "statement": "It is up.", "contract": "CA-2"}.items():
        changed = told.model_copy(update={name: value})
        assert not says_the_same(entry, ROBIN.id, changed), name
    assert receipt.payload["notified_at"] == rfc3339(walk.now)


@pytest.mark.parametrize("which", _WHICH)
def test_operators_see_by_name_what_was_signalled(
    stages: dict[EscalationStage, WalkedEscalation], which: str
) -> None:
    """Each body has a signal of its own, never the one of actions."""
    body = _body(which, stages[EscalationStage.ASKED])
    assert signal_name(body) == body.type

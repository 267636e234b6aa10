"""Replay of escalations: no invocation, deadline, pause, breach or signature can be made up."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.domain.events import Event, EventKind
from holdfast.domain.policies import REGISTER, PinnedPolicy
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.shelf import pinned_digests
from holdfast.domain.replay.verdicts import JudgedEvent, Judgement, Verdict
from holdfast.domain.values import JsonObject
from tests.judged_walks import CONTENTS, WALKS
from tests.replayed import judged_with, number_of, of, saying, with_event
from tests.rulebook import POLICIES, THIRD_PARTY_POLICY
from tests.timed_walk import TimedWalk

BROKEN = WALKS["paused claimed too early and broken again"]
FIRED = WALKS["told by one provider and fired at another"]

A_KIND = EventKind


def forged_after(walk: TimedWalk, number: int, event: Event) -> Judgement:
    """The judgement on an event that somebody has put in behind an entry, at the same moment."""
    events = walk.judged()
    forged = JudgedEvent("forged", events[number].occurred_at, event)
    return of(replay([*events[: number + 1], forged, *events[number + 1 :]], CONTENTS), "forged")


def decided_otherwise(walk: TimedWalk, number: int, outcome: str) -> list[Judgement]:
    """What comes out different where a decision, and the answer to it, had been another one."""
    changed = saying(outcome=outcome)(walk.events[number])
    report = replay(with_event(walk.judged(), number, changed), CONTENTS)
    return list(report.having(Verdict.DIFFERENT))


def decision(walk: TimedWalk, name: str) -> int:
    """The number of the entry that decides that request."""
    return next(
        number
        for number, event in enumerate(walk.events)
        if event.kind is EventKind.DECISION_DECIDED and event.subject.id == name
    )


def test_an_escalation_that_was_rejected_is_not_opened() -> None:
    """It follows from the decision to escalate, and from no other."""
    different = decided_otherwise(BROKEN, decision(BROKEN, "third_party.invocation-1"), "rejected")
    opened = next(each for each in different if each.kind is EventKind.THIRD_PARTY_OPENED)
    assert opened.reason == "third_party.invocation-1 has not decided to escalate"


def test_a_decision_about_other_words_opens_nothing() -> None:
    """What was decided on is the digest of what was asked for."""
    number = number_of(BROKEN, EventKind.INVOCATION_REQUESTED)
    changed = saying(because="Something else.")(BROKEN.events[number])
    report = replay(with_event(BROKEN.judged(), number, changed), CONTENTS)
    opened = BROKEN.judged()[number_of(BROKEN, EventKind.THIRD_PARTY_OPENED)].entry
    assert "is about sha256:" in (of(report, opened).reason or "")


def test_a_trigger_opens_the_contracts_that_it_names_and_no_others() -> None:
    """Which they are follows from the register and the affected services."""
    judgement = judged_with(
        FIRED, EventKind.THIRD_PARTY_OPENED, saying(contract="CA-2023-001/A"), which=1
    )
    assert judgement.verdict is Verdict.DIFFERENT
    assert "escalates to no contract CA-2023-001/A" in (judgement.reason or "")


def test_which_contracts_a_trigger_names_follows_from_the_register() -> None:
    """Nobody spares a provider by leaving it out."""
    number = next(n for n, event in enumerate(FIRED.events) if "contracts" in event.payload)
    event = FIRED.events[number]
    assert event.payload["contracts"] == [{"reference": "CA-2024-014", "provider": "core-ledger"}]
    silent = {name: each for name, each in event.payload.items() if name != "contracts"}
    events = with_event(FIRED.judged(), number, event.model_copy(update={"payload": silent}))
    judgement = of(replay(events, CONTENTS), events[number].entry)
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason == "the rules give another contracts"


def test_a_contract_is_not_opened_twice() -> None:
    """While its escalation runs."""
    number = number_of(BROKEN, EventKind.THIRD_PARTY_OPENED)
    again = saying(number=2)(BROKEN.events[number])
    judgement = forged_after(BROKEN, number, again)
    assert judgement.verdict is Verdict.DIFFERENT
    assert "is escalated to as INC-2026-000001/third-party-1" in (judgement.reason or "")


def _longer(event: Event) -> Event:
    payload: dict[str, Any] = event.model_dump(mode="json")["payload"]
    payload["taken"]["terms"]["times"]["SEV1"]["restore"] = "PT40H"
    return event.model_copy(update={"payload": payload})


def test_other_terms_than_those_of_the_register_are_found_out() -> None:
    """Nobody gives a provider more time than its contract does."""
    judgement = judged_with(BROKEN, EventKind.THIRD_PARTY_TERMS_READ, _longer)
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason == "the rules give another taken"


@pytest.mark.parametrize("policy", [POLICIES[REGISTER], THIRD_PARTY_POLICY])
def test_without_the_register_or_our_policy_no_terms_are_called_the_same(
    policy: PinnedPolicy,
) -> None:
    """It takes both of them, and replay asks for both."""
    assert policy.pin.digest in pinned_digests(BROKEN.judged())
    contents = {name: text for name, text in CONTENTS.items() if name != policy.pin.digest}
    report = replay(BROKEN.judged(), contents)
    entry = BROKEN.judged()[number_of(BROKEN, EventKind.THIRD_PARTY_TERMS_READ)].entry
    assert of(report, entry).verdict is Verdict.NOT_REPLAYABLE
    assert report.having(Verdict.DIFFERENT) == ()


@pytest.mark.parametrize(
    ("kind", "members", "named"),
    [
        (A_KIND.THIRD_PARTY_ASKED, {"contacts": ["somebody-else"]}, "contacts"),
        (A_KIND.THIRD_PARTY_ASKED, {"asked_at": "2026-03-04T13:00:00.000000Z"}, "asked_at"),
        (A_KIND.THIRD_PARTY_CALLED, {"rung": 2, "title": "Director of operations"}, "rung, title"),
        (A_KIND.THIRD_PARTY_BREACHED, {"failover": None, "penalties": None}, "penalties"),
        (A_KIND.PAUSE_REQUESTED, {"longest": "P9D"}, "longest"),
        (A_KIND.THIRD_PARTY_RESTORED, {"claimed_at": "2026-03-04T12:01:00.000000Z"}, "claimed_at"),
        (A_KIND.THIRD_PARTY_REVIEWED, {"breaches": []}, "breaches"),
        (A_KIND.THIRD_PARTY_REVIEWED, {"critical": False}, "critical"),
        (A_KIND.REMEDIATION_PROPOSED, {"basis": None}, "basis"),
        (A_KIND.THIRD_PARTY_CLOSED, {"breaches": 0}, "breaches"),
    ],
)
def test_an_entry_that_was_altered_is_told(
    kind: EventKind, members: JsonObject, named: str
) -> None:
    """With the member that the rules give otherwise."""
    judgement = judged_with(BROKEN, kind, saying(**members))
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason == f"the rules give another {named}"


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        (A_KIND.PAUSE_REQUESTED, {"reason": "no-such-reason"}),
        (A_KIND.THIRD_PARTY_CALLED, {"rung": 9}),
        (A_KIND.THIRD_PARTY_STATED, {"said": None}),
        (A_KIND.THIRD_PARTY_BREACHED, {"clock": "lunch"}),
        (A_KIND.THIRD_PARTY_OPENED, {"number": 7}),
    ],
)
def test_no_content_stops_the_replay(kind: EventKind, members: JsonObject) -> None:
    """What does not read is told, and all the rest is judged."""
    number = number_of(BROKEN, kind)
    events = with_event(BROKEN.judged(), number, saying(**members)(BROKEN.events[number]))
    report = replay(events, CONTENTS)
    before = len(replay(BROKEN.judged(), CONTENTS).judgements)
    assert len(report.judgements) == before
    assert len(report.having(Verdict.SAME)) < before


def test_a_clock_that_stands_still_for_no_reason_is_told() -> None:
    """Something that lets no clock stand still is named as its cause."""
    number = number_of(BROKEN, EventKind.CLOCK_PAUSED)
    opened = BROKEN.judged()[0].entry
    forged = BROKEN.events[number].model_copy(update={"causes": (opened,)})
    events = with_event(BROKEN.judged(), number, forged)
    judgement = of(replay(events, CONTENTS), events[number].entry)
    assert judgement.verdict is Verdict.DIFFERENT
    assert "which leads to no such entry" in (judgement.reason or "")

"""Replay over personal data: ciphertext is as good an input as text, a missing member is none."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import JudgedEvent, Verdict
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.submissions import Origin
from tests.judged_walks import CONTENTS, WALKS, TimedWalk
from tests.statements import ROBIN, SASHA, report

SEALED = SealedValue(about="s1", key="person-1", nonce="AAAA", ciphertext="AAAA")


def test_a_report_with_a_sealed_contact_replays_to_the_same() -> None:
    """Its digest covers the ciphertext, which stays when the key is erased."""
    walk = TimedWalk()
    opening = report(Origin.HUMAN, ROBIN).model_copy(update={"sealed": {"contact": SEALED}})
    walk.submit(ROBIN, opening)
    walk.answer(SASHA, "incident.confirmation-1", "confirmed")
    verdicts = {judgement.verdict for judgement in replay(walk.judged(), CONTENTS).judgements}
    assert walk.events[0].sealed
    assert verdicts == {Verdict.SAME}


def test_a_judgement_on_a_member_that_is_sealed_is_not_replayable() -> None:
    """It must not be judged as if nobody had said anything."""
    walk = WALKS["to the end"]
    number = walk.kinds().index(EventKind.CHECK_RECORDED)
    event = walk.events[number]
    payload = {name: value for name, value in event.payload.items() if name != "statement"}
    sealed = event.model_copy(update={"payload": payload, "sealed": {"statement": SEALED}})
    events = walk.judged()
    events[number] = JudgedEvent(events[number].entry, events[number].occurred_at, sealed)
    report = replay(events, CONTENTS)
    (silent,) = report.having(Verdict.NOT_REPLAYABLE)
    assert silent.kind is EventKind.DECISION_REQUESTED
    assert silent.reason == (
        f"statement of {events[number].entry} is sealed; it may have changed the recovery checks"
    )
    assert report.having(Verdict.DIFFERENT) == ()

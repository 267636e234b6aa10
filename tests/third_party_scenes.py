"""Scenes in which providers are escalated to: what people, providers and the time bring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from holdfast.domain.communication.delivering import DeliveryReport
from holdfast.domain.third_party.asking import (
    EndPause,
    RecordNotification,
    ReportRelapse,
    ReportWeakness,
    RequestPause,
    ReviewEscalation,
    StateOrigin,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import Said, Source
from tests.statements import (
    ALERTMANAGER,
    COMMANDER,
    ROBIN,
    SASHA,
    facts,
    incident_facts,
    report,
)
from tests.third_party_walk import (
    REVIEW_OF_PROVIDER,
    VENDOR_MANAGER,
    ThirdPartyWalk,
    WalkedEscalation,
)

__all__ = ["SCENES_OF_THIRD_PARTIES", "latest", "pause"]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def latest(escalation: WalkedEscalation) -> str:
    """The id of the request of an escalation that was put last and is open."""
    requests = escalation.state.requests.values()
    return [request.id for request in requests if request.state == "open"][-1]


def pause(escalation: WalkedEscalation, reason: str) -> None:
    """Ask for a pause, and let the vendor manager grant it."""
    escalation.submit(ROBIN, RequestPause(reason=reason, statement="They wait for us."))
    escalation.answer(VENDOR_MANAGER, latest(escalation), "granted")


def _paused_claimed_too_early_and_broken_again(walk: ThirdPartyWalk) -> None:
    """Late at first, paused, not restored after all, then restored twice, reviewed and signed."""
    walk.to_severity_1()
    escalation = walk.escalate(asked_before=10 * MINUTE)
    walk.wait(6 * MINUTE)
    escalation.say(Said.UPDATE, their_reference="CASE-7")
    escalation.submit(ROBIN, RequestPause(reason="agreed-maintenance", statement="Tonight."))
    escalation.answer(VENDOR_MANAGER, latest(escalation), "refused")
    pause(escalation, "waiting-for-client")
    walk.wait(20 * MINUTE)
    escalation.say(Said.RESTORATION)
    walk.wait(5 * MINUTE)
    escalation.submit(ROBIN, EndPause(statement="They have what they need."))
    escalation.answer(COMMANDER, latest(escalation), "not_restored", "Bookings still fail.")
    walk.wait(5 * MINUTE)
    escalation.say(Said.WORKAROUND)
    escalation.restore()
    escalation.submit(SASHA, ReportRelapse(statement="The ledger hangs."))
    walk.wait(16 * MINUTE)
    escalation.restore()
    escalation.submit(ROBIN, ReviewEscalation(review=REVIEW_OF_PROVIDER))
    escalation.answer(VENDOR_MANAGER, latest(escalation), "returned")
    escalation.review()


def _told_by_one_provider_and_fired_at_another(walk: ThirdPartyWalk) -> None:
    """One tells us, one is called by a trigger; the severity changes, a pause runs out."""
    walk.to_contain()
    told = RecordNotification(
        contract="CA-2025-007",
        provider="kartennetz",
        statement="Our switch has failed.",
        said_at=walk.now - MINUTE,
        source=Source.MAIL,
        their_reference="KN-1",
    )
    walk.submit(ROBIN, told)
    walk.channels_say = [DeliveryReport(failed=3)]
    walk.submit(ROBIN, incident_facts(third_party_origin=True))
    walk.submit(ROBIN, facts(service_unavailable=True, clients_affected=100_001))
    cards, ledger = walk.escalations[1], walk.escalations[2]
    severity = [name for name in walk.open_requests() if name.startswith("severity")]
    walk.answer(COMMANDER, severity[-1], "confirm")
    cards.say(Said.ESTIMATE, estimated_at="2026-03-04T15:00:00Z")
    origin = StateOrigin(rank=2, name="Switch AG", statement="A subcontractor of theirs.")
    cards.submit(ROBIN, origin)
    cards.submit(ROBIN, ReportWeakness(weakness="One switch only", detail="Since 2019."))
    walk.wait(31 * MINUTE)
    cards.submit(SASHA, WithdrawEscalation(because="It was our own line."))
    ledger.say(Said.UPDATE)
    pause(ledger, "agreed-maintenance")
    walk.wait(4 * HOUR)
    ledger.submit(SASHA, WithdrawEscalation(because="It was our own line."))


def _ended_with_an_incident_that_was_none(walk: ThirdPartyWalk) -> None:
    """Escalated to at once, under urgency, and found to be nothing."""
    walk.submit(ALERTMANAGER, report())
    walk.escalate()
    walk.answer(SASHA, "incident.confirmation-1", "false_positive")


SCENES_OF_THIRD_PARTIES: tuple[Callable[[ThirdPartyWalk], None], ...] = (
    _paused_claimed_too_early_and_broken_again,
    _told_by_one_provider_and_fired_at_another,
    _ended_with_an_incident_that_was_none,
)

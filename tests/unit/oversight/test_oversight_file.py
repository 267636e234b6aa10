"""The oversight file: head, calls, statements, decisions, findings, each with its entries."""

from __future__ import annotations

import pytest

from holdfast.domain.actions import ActionState
from holdfast.domain.roles import Role
from holdfast.domain.third_party.asking import RecordNotification, WithdrawEscalation
from holdfast.domain.third_party.kinds import EscalationStage, Invocation, Said, Source
from holdfast.errors import NotFound
from holdfast.evidence.oversight.building import oversight_file
from holdfast.evidence.oversight.held_times import Result
from tests.rulebook import POLICIES, THIRD_PARTY_POLICY
from tests.statements import COMMANDER, NOON, ROBIN
from tests.third_party_walk import CONTRACT, PROVIDER, VENDOR, VENDOR_MANAGER, ThirdPartyWalk
from tests.told_escalations import MINUTE, SEALED, TOLD, told_by_provider, told_entries, told_file

BY_ID = {entry.id: entry for entry in told_entries()}


def test_the_head_says_who_what_for_and_how_it_began() -> None:
    """Provider and functions by the register, severity with its entry, invoked by a decision."""
    file = told_file()
    assert file.provider is not None
    assert (file.provider.id, file.provider.code_type, file.contract) == (PROVIDER, "LEI", CONTRACT)
    assert {each.entity_name for each in file.functions} == {"Beispielbank AG"}
    assert file.critical is True
    assert [step.severity for step in file.severities] == ["SEV1"]
    assert (file.stage, file.rounds) == (EscalationStage.CLOSED, 2)
    invoked = file.invoked
    assert invoked is not None
    assert (invoked.how, invoked.by, invoked.because) == (
        Invocation.DECISION,
        ROBIN,
        "Payments are not booked.",
    )
    (decision,) = (each for each in file.decisions if each.request in invoked.decisions)
    assert [(answer.by, answer.option) for answer in decision.answers] == [
        (VENDOR_MANAGER, "invoked")
    ]
    assert BY_ID[str(invoked.asked_for)].event.kind == "invocation.requested"


def test_what_it_is_held_to_is_named_by_version_and_digest() -> None:
    """Of the register that the incident is pinned to, and of our own policy."""
    hold = told_file().hold
    assert hold is not None
    assert hold.register_of_information == POLICIES["register"].pin
    assert hold.policy == THIRD_PARTY_POLICY.pin
    assert hold.terms is not None
    assert hold.terms.penalties is not None


def test_each_call_has_its_message_and_what_became_of_it() -> None:
    """By communication, version and digest; delivered when and how; contacts by id."""
    file = told_file()
    first, *later = file.calls
    assert (first.why, first.rung, first.contacts) == ("first", 0, ("core-ledger-duty-desk",))
    assert {call.why for call in later} == {"breach", "rung", "first"}
    for call in file.calls:
        (message,) = call.messages
        released = BY_ID[message.released.entry].event if message.released else None
        assert released is not None
        number = message.communication
        assert (
            message.id == f"{file.incident}/communication-{number}/v{released.payload['version']}"
        )
        assert message.digest == released.payload["message"]
        assert message.approval_stood is True
        assert message.published is not None
        assert all(way.report.sent and way.at >= call.at for way in message.deliveries)
        assert message.deliveries


def test_a_statement_keeps_said_recorded_and_entered_apart() -> None:
    """What a responder took down by telephone, and what the provider entered itself."""
    on_behalf, by_link = told_file().statements[:2]
    assert (on_behalf.said_at, on_behalf.recorded_at) == (NOON + 13 * MINUTE, NOON + 40 * MINUTE)
    assert (on_behalf.recorded_after_seconds, on_behalf.recorded_late_by_us) == (27 * 60, True)
    assert (on_behalf.entered_by, on_behalf.entered_by_provider) == (ROBIN, False)
    assert (on_behalf.source, on_behalf.reference) == (Source.TELEPHONE, "call of 12:13")
    assert (by_link.entered_by, by_link.entered_by_provider) == (VENDOR, True)
    assert (by_link.said, by_link.text) == (Said.UPDATE, TOLD)
    assert [document.name for document in by_link.documents] == ["queue.txt"]
    assert on_behalf.meets == ("third-party-1:acknowledge-1",)


def test_who_spoke_stays_sealed() -> None:
    """The file names that something is sealed, and holds nothing of it."""
    file = told_file()
    assert file.statements[0].sealed == ("from",)
    assert SEALED.ciphertext.encode() not in file.content
    assert b"ciphertext" not in file.content


def test_a_bypassed_decision_names_code_and_ratification() -> None:
    """The failover was approved by one alone, and others said that this was right."""
    file = told_file()
    (failover,) = file.failovers
    (decision,) = (each for each in file.decisions if each.request == failover.decision)
    assert decision.bypass is not None
    assert (decision.bypass.exception_code, decision.bypass.ratified) == (
        "E-IMMINENT-HARM",
        "ratified",
    )
    ratified = [each for each in file.decisions if each.request == decision.bypass.ratification]
    assert [each.kind for each in ratified] == ["bypass.ratification"]
    assert (failover.state, failover.result) == (ActionState.PERFORMED, "The standby ledger books.")


def test_the_review_is_told_with_who_signed_exactly_it_off() -> None:
    """The first version was voided and signed by nobody; the second by both."""
    first, second = told_file().reviews
    assert [each.outcome for each in first.sign_offs] == ["voided"]
    assert [(each.role, each.outcome) for each in second.sign_offs] == [
        (Role.VENDOR_MANAGER, "signed_off"),
        (Role.MANAGEMENT_BODY, "signed_off"),
    ]
    assert BY_ID[second.entry].event.subject.digest == second.digest
    assert second.review.summary == "Late, then honest."


def test_what_follows_names_the_articles() -> None:
    """Termination rights after breaches and weaknesses, the exit plan, and the review's own."""
    bases = [(str(each.kind), each.basis) for each in told_file().measures]
    assert bases == [
        ("termination_rights", "DORA Art. 28(7)(a)"),
        ("termination_rights", "DORA Art. 28(7)(c)"),
        ("exit_plan", "DORA Art. 28(8)"),
        ("monitoring", None),
    ]


def test_restored_broken_again_and_restored() -> None:
    """Each round with who confirmed it, and as of when."""
    file = told_file()
    assert [each.round for each in file.restorations] == [1, 2]
    assert {each.confirmed_by for each in file.restorations} == {COMMANDER}
    assert [(each.round, each.statement) for each in file.relapses] == [
        (2, "The queue is blocked again.")
    ]


def test_only_its_own_refused_links_and_mails_are_in_it() -> None:
    """A link that was never ours belongs to no escalation."""
    file = told_file()
    assert [(link.reason, link.unrecorded) for link in file.refused_links] == [("expired", 3)]
    assert [(mail.attachments, mail.size) for mail in file.mails] == [(("att-1",), 2_048)]


def test_an_escalation_that_the_provider_began() -> None:
    """Its notification is the receipt; who told us is sealed; what it did unasked is not asked."""
    file = oversight_file(told_by_provider().entries(), 1)
    assert file.invoked is not None
    assert (file.invoked.how, file.invoked.by, file.invoked.decisions) == (
        Invocation.NOTIFICATION,
        ROBIN,
        (),
    )
    assert file.invoked.notified_at == NOON - 10 * MINUTE
    assert file.invoked.sealed == ("from",)
    assert [each.clock for each in file.times] == ["restore"]


def test_each_escalation_of_an_incident_has_its_own_file() -> None:
    """Nothing of one stands in the other's."""
    walk = told_by_provider()
    body = RecordNotification(
        contract="CA-2023-001/A",
        provider="nordcloud",
        statement="Storage is down.",
        said_at=walk.now,
        source=Source.MAIL,
    )
    walk.submit(ROBIN, body)
    first, second = (oversight_file(walk.entries(), number) for number in (1, 2))
    assert (first.contract, second.contract) == (CONTRACT, "CA-2023-001/A")
    assert not {each.entry for each in first.calls} & {each.entry for each in second.calls}
    assert all("third-party-2" not in each.id for each in first.times)
    assert {each.messages[0].communication for each in first.calls}.isdisjoint(
        each.messages[0].communication for each in second.calls
    )


def test_an_escalation_that_the_incident_wrote_off_is_closed() -> None:
    """Its workflow is no more, and the incident says so in its place."""
    walk: ThirdPartyWalk = told_by_provider()
    walk.escalations.clear()
    walk.submit(COMMANDER, WithdrawEscalation(because="Somebody has terminated it.", escalation=1))
    file = oversight_file(walk.entries(), 1)
    assert file.stage is EscalationStage.CLOSED
    assert file.withdrawal is not None
    assert file.closed is not None
    assert file.closed.entry == file.withdrawal.entry
    assert [each.result for each in file.times] == [Result.CANCELLED]


def test_an_escalation_that_is_none_has_no_file() -> None:
    """It says what was looked for."""
    with pytest.raises(NotFound, match="no entry of an escalation 7"):
        oversight_file(told_entries(), 7)

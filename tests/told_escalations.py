"""Escalations as entries: walked through the pure rules from the first call to the review."""

from __future__ import annotations

import base64
from datetime import timedelta
from functools import cache

from holdfast.domain.actions import ReportPerformed
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.third_party.asking import (
    Attachment,
    Measure,
    OversightReview,
    RecordNotification,
    ReportRelapse,
    ReportWeakness,
    RequestPause,
    ReviewEscalation,
    StateOrigin,
    VendorStatement,
)
from holdfast.domain.third_party.kinds import MeasureKind, Said, Source
from holdfast.domain.values import JsonObject, digest_of, rfc3339
from holdfast.evidence.entry import Entry, entry_id
from holdfast.evidence.oversight.building import oversight_file
from holdfast.evidence.oversight.document import OversightFile
from tests.statements import BOARD, COMMANDER, COMPLIANCE, NOON, ROBIN
from tests.third_party_walk import CONTRACT, PROVIDER, VENDOR_MANAGER, ThirdPartyWalk

__all__ = [
    "SEALED",
    "TOLD",
    "told_at_length",
    "told_by_provider",
    "told_entries",
    "told_file",
]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

SEALED = SealedValue(
    about="submission:s",
    key="key-1",
    nonce=base64.b64encode(bytes(12)).decode(),
    ciphertext=base64.b64encode(b"the words of somebody who spoke").decode(),
)

TOLD = "The queue of the ledger is blocked; we restart it."

REVIEW = OversightReview(
    summary="The provider acknowledged late, and restored only at the second attempt.",
    performance="Times were missed; its updates were honest once they came.",
    weaknesses=("its duty desk is not staffed at night",),
    measures=(Measure(kind=MeasureKind.MONITORING, title="Call its duty desk each quarter"),),
)


def told_at_length() -> ThirdPartyWalk:
    """One that is late, pauses, restores, breaks again and is reviewed, with a failover."""
    walk = ThirdPartyWalk()
    walk.to_severity_1()
    escalation = walk.escalate()
    walk.wait(40 * MINUTE)
    on_behalf = VendorStatement(
        said=Said.ACKNOWLEDGEMENT,
        said_at=walk.now - 27 * MINUTE,
        source=Source.TELEPHONE,
        text="They have it.",
        reference="call of 12:13",
        their_reference="CL-4711",
        sealed={"from": SEALED},
    )
    escalation.submit(ROBIN, on_behalf)
    document = Attachment(name="queue.txt", media_type="text/plain", digest=digest_of("the queue"))
    escalation.say(Said.UPDATE, text=TOLD, documents=(document,))
    body = RequestPause(reason="agreed-maintenance", statement="They change the cable.")
    escalation.submit(ROBIN, body)
    escalation.answer(VENDOR_MANAGER, "third-party-1:third_party.pause-1", "granted")
    walk.wait(9 * HOUR)
    name = next(each for each in walk.open_requests() if each.startswith("failover.approval"))
    walk.answer(COMMANDER, name, "approved", code="E-IMMINENT-HARM")
    walk.answer(COMPLIANCE, "bypass.ratification-1", "ratified")
    action = walk.state.requests[name].subject.id
    walk.submit(ROBIN, ReportPerformed(action_id=action, result="The standby ledger books."))
    escalation.restore()
    walk.wait(HOUR)
    escalation.submit(ROBIN, ReportRelapse(statement="The queue is blocked again."))
    walk.wait(5 * MINUTE)
    escalation.say(Said.WORKAROUND, text="Book over the standby.")
    escalation.restore()
    origin = StateOrigin(
        rank=2,
        name="Cable Works; Ltd",
        code_type="EUID",
        code="IEPLB.123456",
        statement="A cable was cut at its site.",
    )
    escalation.submit(ROBIN, origin)
    escalation.submit(ROBIN, ReportWeakness(weakness="nobody answers at night", detail="Twice."))
    escalation.submit(ROBIN, ReviewEscalation(review=REVIEW))
    escalation.submit(
        ROBIN, ReviewEscalation(review=REVIEW.model_copy(update={"summary": "Late, then honest."}))
    )
    for actor in (VENDOR_MANAGER, BOARD):
        pending = [name for name, each in escalation.state.requests.items() if each.state == "open"]
        if pending:
            escalation.answer(actor, pending[-1], "signed_off")
    return walk


def told_by_provider() -> ThirdPartyWalk:
    """One that began because the provider told us, and that is still open."""
    walk = ThirdPartyWalk()
    walk.to_triage()
    walk.submit(
        ROBIN,
        RecordNotification(
            contract=CONTRACT,
            provider=PROVIDER,
            statement="A node of ours is down.",
            said_at=walk.now - 10 * MINUTE,
            source=Source.MAIL,
            sealed={"from": SEALED},
        ),
    )
    return walk


@cache
def told_entries() -> tuple[Entry, ...]:
    """The entries of the one that is told at length, and what came in for it from outside."""
    walked = told_at_length().entries()
    refused = {"reason": "expired", "act": "update", "presented": digest_of("a link")}
    mail = {"message_id": digest_of("a mail"), "size": 2_048, "matched": True}
    mail |= {"number": 1, "dated_at": None, "automatic": False, "attachments": ["att-1"]}
    mail |= {"cut": False, "left_out": 0, "key": "person-m", "fingerprint": "f"}
    escalation = f"{walked[0].incident}/third-party-1"
    outside = [
        _deed(walked[0], EventKind.VENDOR_LINK_REFUSED, {**refused, "unrecorded": 3}, escalation),
        _deed(walked[0], EventKind.VENDOR_LINK_REFUSED, {**refused, "unrecorded": 0}, None),
        _deed(
            walked[0],
            EventKind.VENDOR_MAIL_RECEIVED,
            {**mail, "received_at": rfc3339(NOON)},
            escalation,
        ),
    ]
    return (*walked, *outside)


def _deed(first: Entry, kind: EventKind, payload: JsonObject, escalation: str | None) -> Entry:
    workflow = f"deed/{kind}/{escalation or 'none'}".replace("_", "-")
    event = Event(
        kind=kind,
        subject=Subject(type="vendor", id="outside"),
        payload={**payload, "escalation": escalation},
    )
    return Entry(
        id=entry_id(workflow, 0),
        incident=first.incident,
        workflow=workflow,
        sequence=0,
        occurred_at=NOON + HOUR,
        event=event,
        nonce=f"{1:032x}",
    )


@cache
def told_file() -> OversightFile:
    """The file of the one that is told at length."""
    return oversight_file(told_entries(), 1)

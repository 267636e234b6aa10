"""Publishing: what is handed to the channels, what became of it, and what people make of that."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.communication import ending
from holdfast.domain.communication.asking import PublishCommunication
from holdfast.domain.communication.delivering import DeliveryOrder, DeliveryReport, DeliveryState
from holdfast.domain.communication.kinds import ChannelKind, Stage
from holdfast.domain.communication.message import Delivery
from holdfast.domain.communication.work import CommunicationWork
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, digest_of, rfc3339

__all__ = [
    "delivered",
    "delivery_decided",
    "delivery_question",
    "order_of",
    "publish_on_request",
    "release",
    "stop_looking_after",
]

ARRIVED, AGAIN, OTHER, GIVEN_UP = "arrived", "send_again", "other_channel", "given_up"


def release(work: CommunicationWork, approved: str, submission: Submission | None = None) -> None:
    """Hand the approved version to its channels; `approved` is the entry that says it may leave."""
    state, draft = work.state, work.draft
    state.deliveries = {
        str(number): DeliveryState(number=number, channel=each.channel, kind=each.kind)
        for number, each in enumerate(draft.deliveries)
    }
    content = {
        "approved": approved,
        "deliveries": [each.model_dump(mode="json") for each in draft.deliveries],
        "keys": [_key(work, each) for each in state.deliveries.values()],
    }
    kind = EventKind.COMMUNICATION_RELEASED
    if submission is None:
        state.released = work.note(kind, content, causes=(approved,))
    else:
        state.released = work.receipt(kind, submission, content)
    state.stage, state.publish_at = Stage.PUBLISHING, None


def publish_on_request(
    work: CommunicationWork, submission: Submission, body: PublishCommunication, now: datetime
) -> Refusal | None:
    """Publish now what was approved: exactly that version."""
    del now
    state = work.state
    if refusal := ending.stale_refusal(work, body.message):
        return refusal
    if state.stage is not Stage.APPROVED or state.approved is None:
        return ending.stage_refusal(work)
    release(work, state.approved, submission)
    return None


def order_of(work: CommunicationWork, delivery: DeliveryState) -> DeliveryOrder:
    """What a channel is to do.

    Raises:
        ValueError: the message may not leave.
    """
    state = work.state
    if state.released is None or state.message is None:
        message = f"{state.opening.id} was not released"
        raise ValueError(message)
    return DeliveryOrder(
        incident=state.opening.incident,
        communication=state.opening.number,
        workflow=state.opening.workflow_id,
        released=state.released,
        message=state.message,
        number=delivery.number,
        channel=delivery.channel,
        kind=delivery.kind,
        key=_key(work, delivery),
        round=delivery.round,
    )


def delivered(work: CommunicationWork, number: int, report: DeliveryReport, now: datetime) -> None:
    """Take in what became of a delivery; ask people where the channel cannot go on alone."""
    state = work.state
    settled = report.complete or state.incident_closed
    delivery = state.deliveries[str(number)].model_copy(
        update={"under_way": False, "report": report, "settled": settled}
    )
    state.deliveries[str(number)] = delivery
    entry = _report(work, delivery, causes=(str(state.released),))
    if not settled:
        content = {**work.head, **_reported(work, delivery)}
        work.desk.ask(delivery_question(state.opening.id, content, entry), now, None)
    _publish_if_due(work, entry)


def delivery_question(communication: str, delivered_: JsonObject, entry: str) -> Question:
    """What is known by hand of a delivery that failed or cannot be told; `entry` reports it."""
    context = {name: delivered_[name] for name in _CONTEXT}
    without = () if delivered_["alternative"] else (OTHER,)
    return Question(
        kind=DecisionKind.COMMUNICATION_DELIVERY,
        subject=Subject(
            type="delivery",
            id=f"{communication}/delivery-{delivered_['delivery']}",
            digest=digest_of(context),
        ),
        without=without,
        context=context,
        causes=(entry,),
    )


def delivery_decided(work: CommunicationWork, decided: Decided, now: datetime) -> None:
    """Settle the delivery, send again, or use the channel that was approved as its alternative."""
    del now
    state = work.state
    number = str(decided.request.subject.id.rpartition("-")[2])
    delivery, planned = state.deliveries[number], work.draft.deliveries[int(number)]
    update: dict[str, object] = {"settled": True}
    if decided.option == AGAIN:
        update = {"under_way": True, "round": delivery.round + 1}
    elif decided.option == OTHER:
        update = {"under_way": True, "round": 0}
        update |= {"channel": planned.alternative, "kind": planned.alternative_kind}
    elif decided.option == ARRIVED and delivery.report is not None:
        report = delivery.report
        arrived = report.sent + report.failed + report.unknown
        known = {"sent": arrived or report.refused, "failed": 0, "unknown": 0}
        if not arrived:
            known["refused"] = 0
        update["report"] = report.model_copy(update=known)
    delivery = state.deliveries[number] = delivery.model_copy(update=update)
    if delivery.settled:
        _report(work, delivery, causes=(decided.entry,))
    _publish_if_due(work, decided.entry)


def stop_looking_after(work: CommunicationWork, closed: str) -> None:
    """Leave what is open as it is: the incident has ended, and `closed` is the entry that says so.

    Only briefs of escalations come here; for all others the incident waits before it is closed.
    """
    state = work.state
    state.incident_closed = True
    for request in work.desk.open_requests(DecisionKind.COMMUNICATION_DELIVERY):
        work.desk.void(request, "the incident has ended", causes=(closed,))
    for name, delivery in state.deliveries.items():
        if not delivery.under_way:
            state.deliveries[name] = delivery.model_copy(update={"settled": True})
    _publish_if_due(work, closed)


def _publish_if_due(work: CommunicationWork, cause: str) -> None:
    """Say that it is published once every channel was heard of, if anything has left, or may have.

    What may have left counts once nobody looks after it any more: it can be corrected then.
    """
    state = work.state
    deliveries = tuple(state.deliveries.values())
    if state.stage is not Stage.PUBLISHING or any(each.under_way for each in deliveries):
        return
    reports = [each.report for each in deliveries if each.report is not None]
    over = all(each.settled for each in deliveries)
    if any(each.sent for each in reports) or (over and any(each.unknown for each in reports)):
        state.stage = Stage.PUBLISHED
        work.tell(work.note(EventKind.COMMUNICATION_PUBLISHED, _published(work), causes=(cause,)))
    elif over:
        ending.cancel(work, "no channel has taken it", causes=(cause,))


def _published(work: CommunicationWork) -> JsonObject:
    state, draft = work.state, work.draft
    deliveries = state.deliveries.values()
    return {
        "purpose": str(state.opening.purpose),
        "audience": str(state.opening.audience),
        "supersedes": draft.supersedes,
        "next_update_due": rfc3339(draft.next_update_due) if draft.next_update_due else None,
        "status_page": any(
            each.kind is ChannelKind.STATUS_PAGE and each.report and each.report.posted
            for each in deliveries
        ),
        "complete": all(each.report and each.report.complete for each in deliveries),
        "deliveries": [
            {
                "delivery": each.number,
                "channel": each.channel,
                "sent": each.report.sent if each.report else 0,
            }
            for each in deliveries
        ],
    }


_CONTEXT = (
    *("number", "version", "message", "delivery", "channel", "group", "language"),
    *("round", "report", "alternative"),
)


def _report(work: CommunicationWork, delivery: DeliveryState, causes: tuple[str, ...]) -> str:
    content = {
        **_reported(work, delivery),
        "kind": str(delivery.kind),
        "key": _key(work, delivery),
        "state": "settled" if delivery.settled else "open",
    }
    return work.note(EventKind.COMMUNICATION_DELIVERED, content, causes=causes)


def _reported(work: CommunicationWork, delivery: DeliveryState) -> JsonObject:
    planned, report = work.draft.deliveries[delivery.number], delivery.report
    return {
        "delivery": delivery.number,
        "channel": delivery.channel,
        "group": planned.group,
        "language": planned.language,
        "round": delivery.round,
        "report": report.model_dump(mode="json") if report else None,
        "alternative": _alternative(planned, delivery),
    }


def _alternative(planned: Delivery, delivery: DeliveryState) -> str | None:
    """The channel that could take its place; None once it is that one already."""
    return planned.alternative if planned.alternative != delivery.channel else None


def _key(work: CommunicationWork, delivery: DeliveryState) -> str:
    """The idempotency key: the same for as long as the same bytes go to the same people there."""
    state = work.state
    return (
        f"{state.opening.workflow_id}/v{state.version}/delivery-{delivery.number}"
        f"/{delivery.channel}"
    )

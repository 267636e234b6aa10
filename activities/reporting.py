"""What became of a delivery: in numbers for the workflow, and by recipients' numbers as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.delivering import DeliveryOrder, DeliveryReport, Outcome
from holdfast.domain.values import canonical_json
from holdfast.store.artifacts import store_artifact
from holdfast.store.communications.ledger import Attempt, AttemptState

__all__ = ["OUTCOMES_MEDIA_TYPE", "keep_outcomes", "outcome_of", "report_of"]

OUTCOMES_MEDIA_TYPE = "application/vnd.holdfast.outcomes+json"

_CHANNEL_IDS = 5

_OUTCOMES = {
    AttemptState.SENT: Outcome.SENT,
    AttemptState.REFUSED: Outcome.REFUSED,
    AttemptState.FAILED: Outcome.FAILED,
    AttemptState.NOT_NOW: Outcome.FAILED,
    AttemptState.UNKNOWN: Outcome.UNKNOWN,
    AttemptState.TRYING: Outcome.UNKNOWN,
}


def outcome_of(attempt: Attempt | None) -> Outcome:
    """What to report of a recipient; whom nobody has tried to address surely has nothing."""
    return _OUTCOMES[attempt.state] if attempt else Outcome.FAILED


async def keep_outcomes(
    connection: AsyncConnection,
    order: DeliveryOrder,
    targets: range,
    attempts: Mapping[int, Attempt],
) -> str | None:
    """Keep the list of all outcomes, with the channel's ids, and return its digest.

    None for a single recipient: the report says it all. Made again, the list has the same bytes.
    """
    if len(targets) == 1:
        return None
    found = [(number, attempts.get(number)) for number in targets]
    document = {
        "format": 1,
        "key": order.key,
        "message": order.message,
        "round": order.round,
        "outcomes": [
            [number, str(outcome_of(attempt)), attempt.channel_id if attempt else None]
            for number, attempt in found
        ],
    }
    return await store_artifact(connection, canonical_json(document), OUTCOMES_MEDIA_TYPE)


def report_of(
    targets: range, attempts: Mapping[int, Attempt], outcomes: str | None
) -> DeliveryReport:
    """The report; why not is what the channel has said of the first whom it has not taken."""
    found = [attempts.get(number) for number in targets]
    counted = Counter(outcome_of(attempt) for attempt in found)
    ids = [each.channel_id for each in found if each and each.channel_id]
    return DeliveryReport(
        sent=counted[Outcome.SENT],
        refused=counted[Outcome.REFUSED],
        failed=counted[Outcome.FAILED],
        unknown=counted[Outcome.UNKNOWN],
        channel_ids=tuple(ids[:_CHANNEL_IDS]),
        outcomes=outcomes,
        because=_because(each for each in found if each),
    )


def _because(attempts: Iterable[Attempt]) -> str | None:
    said = [(outcome_of(each), each.because) for each in attempts if each.because]
    for wanted in (Outcome.UNKNOWN, Outcome.FAILED, Outcome.REFUSED):
        for outcome, because in said:
            if outcome is wanted:
                return because
    return None

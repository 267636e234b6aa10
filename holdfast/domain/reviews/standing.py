"""The review of an incident as its entries have it: the last version, and what signed it off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from holdfast.domain.actions import PostIncidentReview
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.reporting.filling.sources import ToldEntry
from holdfast.domain.values import canonical_json

__all__ = ["RecordedReview", "recorded_review", "report_information"]

_SIGNED_OFF = "signed_off"


class RecordedReview(NamedTuple):
    """The last version of a review, and the decision that signed that one off, if one did."""

    review: PostIncidentReview
    entry: ToldEntry
    signed_off: ToldEntry | None

    @property
    def entries(self) -> tuple[str, ...]:
        """The entries on which it stands."""
        return (self.entry.id, *((self.signed_off.id,) if self.signed_off else ()))


def recorded_review(entries: Iterable[ToldEntry]) -> RecordedReview | None:
    """Read the review as it stands, from entries in their order; None while there is none."""
    kinds = {EventKind.REVIEW_RECORDED, EventKind.DECISION_DECIDED}
    told = [entry for entry in entries if entry.event.kind in kinds]
    places = [at for at, e in enumerate(told) if e.event.kind is EventKind.REVIEW_RECORDED]
    if not places:
        return None
    last = told[places[-1]]
    payload = {
        name: value
        for name, value in last.event.payload.items()
        if name in PostIncidentReview.model_fields
    }
    decided = [
        entry
        for entry in told[places[-1] + 1 :]
        if entry.event.payload["kind"] == DecisionKind.REVIEW_SIGN_OFF
    ]
    signed = bool(decided) and decided[-1].event.payload["outcome"] == _SIGNED_OFF
    return RecordedReview(
        review=PostIncidentReview.model_validate_json(canonical_json(payload)),
        entry=last,
        signed_off=decided[-1] if signed else None,
    )


def report_information(review: PostIncidentReview) -> tuple[str, ...]:
    """What the final report says about the root causes (field 4.5), a paragraph each."""
    chain = " ".join(f"{number}. {why}" for number, why in enumerate(review.five_whys, 1))
    factors = "; ".join(review.contributing_factors)
    again = "; ".join(f"{each.incident}: {each.because}" for each in review.recurrence)
    said = (
        review.root_cause,
        f"Sequence of causes: {chain}" if chain else "",
        f"Contributing factors: {factors}" if factors else "",
        f"Similar to earlier incidents: {again}" if again else "",
    )
    return tuple(paragraph for paragraph in said if paragraph)

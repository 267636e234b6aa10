"""The review of an incident as its entries have it: the last version, and who signed it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.actions import PostIncidentReview
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.values import canonical_json
from holdfast.evidence.entry import Entry
from holdfast.evidence.reviews.sources import Chain

__all__ = ["SignOff", "StandingReview", "report_information", "standing_review"]

_SIGNED_OFF = "signed_off"


@dataclass(frozen=True, slots=True)
class SignOff:
    """A decision that signed the review off: as whom, when, and the entry that says so."""

    roles: tuple[str, ...]
    at: datetime
    bypassed: bool
    entry: str


@dataclass(frozen=True, slots=True)
class StandingReview:
    """The last version of a review; `signed_off` is None while nobody has signed that one off."""

    review: PostIncidentReview
    version: int
    digest: str
    entry: str
    signed_off: SignOff | None

    @property
    def entries(self) -> tuple[str, ...]:
        """The entries on which it stands."""
        return (self.entry, *((self.signed_off.entry,) if self.signed_off else ()))


def standing_review(chain: Chain) -> StandingReview | None:
    """Read the review as it stands; None while there is none."""
    recorded = chain.of(EventKind.REVIEW_RECORDED)
    if not recorded:
        return None
    last = recorded[-1]
    payload = {
        name: value
        for name, value in last.event.payload.items()
        if name in PostIncidentReview.model_fields
    }
    return StandingReview(
        review=PostIncidentReview.model_validate_json(canonical_json(payload)),
        version=last.event.payload["version"],
        digest=last.event.subject.digest or "",
        entry=last.id,
        signed_off=_signed_off(chain, last),
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


def _signed_off(chain: Chain, recorded: Entry) -> SignOff | None:
    """The last decision about the review, if it came after that version and signed it off."""
    kind = str(DecisionKind.REVIEW_SIGN_OFF)
    decided = [
        entry
        for entry in chain.entries[chain.entries.index(recorded) :]
        if entry.event.kind is EventKind.DECISION_DECIDED and entry.event.payload["kind"] == kind
    ]
    if not decided or decided[-1].event.payload["outcome"] != _SIGNED_OFF:
        return None
    last = decided[-1]
    return SignOff(
        roles=tuple(dict.fromkeys(each["role"] for each in last.event.payload["decided_by"])),
        at=last.occurred_at,
        bypassed=last.event.payload["bypassed"],
        entry=last.id,
    )

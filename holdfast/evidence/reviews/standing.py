"""The review of an incident as its entries have it: the last version, and who signed it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.actions import PostIncidentReview
from holdfast.domain.reporting.filling.sources import ToldEntry
from holdfast.domain.reviews.standing import recorded_review, report_information
from holdfast.evidence.reviews.sources import Chain

__all__ = ["SignOff", "StandingReview", "report_information", "standing_review"]


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
    recorded = recorded_review(chain.entries)
    if recorded is None:
        return None
    return StandingReview(
        review=recorded.review,
        version=recorded.entry.event.payload["version"],
        digest=recorded.entry.event.subject.digest or "",
        entry=recorded.entry.id,
        signed_off=_signed_off(recorded.signed_off) if recorded.signed_off else None,
    )


def _signed_off(decided: ToldEntry) -> SignOff:
    payload = decided.event.payload
    return SignOff(
        roles=tuple(dict.fromkeys(each["role"] for each in payload["decided_by"])),
        at=decided.occurred_at,
        bypassed=payload["bypassed"],
        entry=decided.id,
    )

"""Whether a post-incident review answers all that DORA Art. 13(2) has it look into."""

from __future__ import annotations

from holdfast.domain.actions import PostIncidentReview
from holdfast.dora.root_causes import lacking

__all__ = ["FEWEST_WHYS", "FINDINGS", "missing"]

FEWEST_WHYS = 3
"""Whoever stops asking sooner names a symptom."""

FINDINGS = {
    "promptness": "how promptly alerts were responded to, and impact and severity determined",
    "severity_determination": "whether severity was determined rightly",
    "forensics": "the quality and speed of the forensic analysis, where it was appropriate",
    "escalation": "how effective escalation within the entity was",
    "communication": "how effective internal and external communication was",
}
"""What has to be looked into, by the member that says it (DORA Art. 13(2), points (a) to (d))."""


def missing(review: PostIncidentReview) -> tuple[str, ...]:
    """Everything that the review does not say and has to; empty where it is complete."""
    return (
        *_timeline(review),
        *lacking(review.root_causes),
        *_whys(review),
        *(
            f"{name}: say {what}"
            for name, what in FINDINGS.items()
            if getattr(review, name) is None
        ),
    )


def _timeline(review: PostIncidentReview) -> tuple[str, ...]:
    confirmation = review.timeline_confirmed
    if confirmation is None:
        return ("timeline_confirmed: say whether the timeline is right",)
    if not confirmation.confirmed and confirmation.corrections is None:
        return ("timeline_confirmed: say in `corrections` what is not right",)
    return ()


def _whys(review: PostIncidentReview) -> tuple[str, ...]:
    given = len(review.five_whys)
    if given >= FEWEST_WHYS:
        return ()
    return (f"five_whys: {given} given; ask why at least {FEWEST_WHYS} times",)

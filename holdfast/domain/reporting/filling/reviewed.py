"""Fields 4.1 to 4.7 and 4.15: what review and remediation say; suggestions until signed off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.domain.actions import PostIncidentReview
from holdfast.domain.events import EventKind
from holdfast.domain.reporting.filling.building import instant, known, taken_over
from holdfast.domain.reporting.filling.sources import FillSources, ToldEntry
from holdfast.domain.reviews.standing import RecordedReview, recorded_review, report_information
from holdfast.dora.report.content import FieldSource, FilledField
from holdfast.dora.root_cause_fields import root_cause_fields
from holdfast.dora.third_party_findings import ReportField

__all__ = ["review_report_fields", "reviewed_fields"]

_ENTRY = FieldSource.ENTRY


def review_report_fields(entries: Iterable[ToldEntry]) -> tuple[ReportField, ...]:
    """What the review says to fields 4.1 to 4.5, from the entries in their order."""
    return _root_causes(recorded_review(entries))


def reviewed_fields(sources: FillSources) -> Iterator[FilledField]:
    """Fill them."""
    recorded = recorded_review(sources.entries)
    for field in _root_causes(recorded):
        yield from taken_over(field)
    if recorded is not None:
        yield from _summary(recorded)
        yield from _recurring(recorded)
    yield from _addressed(sources)


def _root_causes(recorded: RecordedReview | None) -> tuple[ReportField, ...]:
    if recorded is None:
        return root_cause_fields((), (), (), signed_off=False)
    return root_cause_fields(
        recorded.review.root_causes,
        report_information(recorded.review),
        recorded.entries,
        signed_off=recorded.signed_off is not None,
    )


def _summary(recorded: RecordedReview) -> Iterator[FilledField]:
    """4.6: what resolved it, and the lessons that were learnt."""
    signed = recorded.signed_off is not None
    because = "the post-incident review says so"
    because += ", and it is signed off" if signed else "; it is not signed off yet"
    value = "\n\n".join(_paragraphs(recorded.review))
    yield from known("4.6", value, _ENTRY, because, recorded.entries, suggestion=not signed)


def _paragraphs(review: PostIncidentReview) -> Iterator[str]:
    yield review.summary
    yield f"What went well: {review.went_well}"
    yield f"What is to improve: {review.to_improve}"
    yield "\n".join(["Lessons learnt:", *(f"- {lesson}" for lesson in review.lessons)])


def _recurring(recorded: RecordedReview) -> Iterator[FilledField]:
    """4.15: that it repeats others is known; whether these were major only together is not."""
    again = recorded.review.recurrence
    lines = [f"{each.incident}: {each.because}" for each in again]
    because = "the review names earlier incidents: say whether they are major only together"
    yield from known("4.15", "\n".join(lines), _ENTRY, because, recorded.entries, suggestion=True)


def _addressed(sources: FillSources) -> Iterator[FilledField]:
    """4.7: the last remediation that was validated may be what addressed the root cause."""
    last = sources.last(EventKind.REMEDIATION_VALIDATED)
    if last is not None:
        because = "when a remediation was validated last: say when the root cause was addressed"
        value = instant(last.occurred_at)
        yield from known("4.7", value, _ENTRY, because, [last.id], suggestion=True)

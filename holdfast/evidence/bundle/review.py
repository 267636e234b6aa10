"""The post-incident review as a bundle tells it: what its last version has found, and lessons.

Made from the records that are here; of a review that is withheld nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.domain.events import EventKind
from holdfast.evidence.bundle.contents import BundledRecord
from holdfast.evidence.entry import entry_from_bytes
from holdfast.evidence.oversight.sheet import Section
from holdfast.evidence.reviews.pack_findings import (
    findings_section,
    lessons_section,
    root_causes_section,
)
from holdfast.evidence.reviews.sources import Chain
from holdfast.evidence.reviews.standing import standing_review

__all__ = ["told_review"]

_KINDS = frozenset(
    {EventKind.REVIEW_RECORDED, EventKind.DECISION_DECIDED, EventKind.LESSON_ASSESSED}
)


def told_review(records: Sequence[BundledRecord], kinds: Sequence[str]) -> list[Section]:
    """Tell the review, nothing where there is none; `kinds` are the records' kinds, in order."""
    if EventKind.REVIEW_RECORDED not in kinds:
        return []
    chain = Chain(
        entry_from_bytes(record.body)
        for record, kind in zip(records, kinds, strict=True)
        if record.body is not None and kind in _KINDS
    )
    standing = standing_review(chain)
    told = (
        root_causes_section(standing),
        findings_section(standing),
        lessons_section(chain, standing),
    )
    return [section for section in told if section is not None]

"""Recurring incidents that are major only together (Art. 8(2)).

At least two within six months, with the same apparent root cause, that collectively meet Art. 8(1).
Incidents that are major by themselves are not part of a series: they are reported already. A series
names those that share its root cause.
"""

from __future__ import annotations

import calendar
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pydantic import Field, SerializeAsAny, StrictBool

from holdfast.domain.values import Frozen, Identifier, Instant
from holdfast.dora.classification import Classification, classify
from holdfast.dora.cumulated import CumulatedFacts, cumulate
from holdfast.dora.facts import ClassificationFacts
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.three_valued import Answer

__all__ = [
    "EXEMPTION_CLAUSE",
    "RecurringIncident",
    "Series",
    "exemption",
    "fingerprint",
    "is_exempt",
    "months_before",
    "recurring_series",
]

EXEMPTION_CLAUSE = "2024/1772 Art. 8(2)"
"""Its last subparagraph frees microenterprises and the entities of DORA Art. 16(1)."""

_MONTHS_A_YEAR = 12


class RecurringIncident(Frozen):
    """One incident as far as recurrence looks at it."""

    id: Identifier
    occurred_at: Instant
    fingerprint: str | None
    """Of its apparent root cause; None while that is unknown, and then it is in no series."""
    major: StrictBool | None
    """Whether it is major by itself; None while nobody has decided."""
    facts: SerializeAsAny[ClassificationFacts]


class Series(Frozen):
    """Incidents that share an apparent root cause, taken as one."""

    fingerprint: str
    incidents: tuple[Identifier, ...] = Field(min_length=1)
    """In the order of their occurrence; field 4.15 of a report counts them."""
    first_at: Instant
    """When the first occurred (field 4.16)."""
    last_at: Instant
    """When the last occurred (fields 2.2 and 3.2)."""
    also_major: tuple[Identifier, ...]
    """Incidents of the same root cause and window that are major by themselves; not cumulated."""
    facts: CumulatedFacts
    """What they did together; a figure of which one part is unknown is unknown."""
    classification: Classification

    @property
    def major(self) -> Answer:
        """Whether they are major together."""
        return self.classification.major


def fingerprint(text: str) -> str | None:
    """A root cause as people write it, without case, punctuation and spacing; None of no words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = unicodedata.normalize("NFKC", folded)
    letters = (letter if _is_of_a_word(letter) else " " for letter in folded)
    return "-".join("".join(letters).split()) or None


def _is_of_a_word(letter: str) -> bool:
    # Marks are vowels in many scripts: without them, words would fall apart.
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def exemption(*, microenterprise: bool, simplified_regime: bool) -> str | None:
    """The clause that frees an entity from looking for recurring incidents, or None."""
    if is_exempt(microenterprise=microenterprise, simplified_regime=simplified_regime):
        return EXEMPTION_CLAUSE
    return None


def is_exempt(*, microenterprise: bool, simplified_regime: bool) -> bool:
    """Whether Art. 8(2) does not apply: to microenterprises, and to those of DORA Art. 16(1)."""
    return microenterprise or simplified_regime


def months_before(at: datetime, months: int) -> datetime:
    """So many calendar months earlier, in UTC.

    Where that month has no such day, its last one: six months
    before 31 August is 28 or 29 February.
    """
    utc = at.astimezone(UTC)
    index = utc.year * _MONTHS_A_YEAR + utc.month - 1 - months
    year, month = divmod(index, _MONTHS_A_YEAR)
    last_day = calendar.monthrange(year, month + 1)[1]
    return utc.replace(year=year, month=month + 1, day=min(utc.day, last_day))


def recurring_series(
    incidents: Iterable[RecurringIncident], at: datetime, policy: ClassificationPolicy
) -> tuple[Series, ...]:
    """The series in the months that end at this instant, both ends included, by root cause."""
    since = months_before(at, policy.recurrence.within_months)
    by_cause = dict[str, list[RecurringIncident]]()
    for incident in incidents:
        if incident.fingerprint is not None and since <= incident.occurred_at <= at:
            by_cause.setdefault(incident.fingerprint, []).append(incident)
    found = list[Series]()
    for cause, sharing in sorted(by_cause.items()):
        ordered = sorted(sharing, key=lambda incident: (incident.occurred_at, incident.id))
        parts = [incident for incident in ordered if not incident.major]
        if len(parts) >= policy.recurrence.at_least:
            majors = tuple(incident.id for incident in ordered if incident.major)
            found.append(_series(cause, parts, majors, policy))
    return tuple(found)


def _series(
    cause: str,
    parts: Sequence[RecurringIncident],
    majors: tuple[str, ...],
    policy: ClassificationPolicy,
) -> Series:
    every = [incident.facts for incident in parts]
    facts = cumulate(every, unknown_counts=True)
    classification = classify(facts, policy)
    if classification.major is Answer.UNKNOWN:
        # All rules are monotone: what is certain already decides, whatever the unknown adds.
        certain = cumulate(every, unknown_counts=False)
        if (sure := classify(certain, policy)).major is Answer.YES:
            facts, classification = certain, sure
    return Series(
        fingerprint=cause,
        incidents=tuple(incident.id for incident in parts),
        first_at=parts[0].occurred_at,
        last_at=parts[-1].occurred_at,
        also_major=majors,
        facts=facts,
        classification=classification,
    )

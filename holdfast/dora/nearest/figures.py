"""The figures of a service that are weighed as a share of another: names, words and limits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from holdfast.dora.facts import AffectedService
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.quantities import exact, fraction_text
from holdfast.dora.service_answers import ServiceAnswers
from holdfast.dora.three_valued import Answer

__all__ = [
    "Share",
    "bound_of_part",
    "bound_of_whole",
    "ceiling_below",
    "excess",
    "least_more",
    "plain",
    "shares",
]

_Figure = int | Decimal | None
_SHARES_OF_PEOPLE = 2
"""The first two: of people, no more can be affected than there are."""
_MOST_DECIMAL_PLACES = 18


class Kind(NamedTuple):
    """One of the four shares: its words, its two facts and its limit."""

    place: int
    one: str
    many: str
    whole_words: str
    part: str
    whole: str
    percent: str
    answer: int
    """Its place among the answers of a service."""


class Share(NamedTuple):
    """One share of a service as it stands."""

    place: int
    kind: Kind
    service: str
    part: _Figure
    whole: _Figure
    percent: int
    answer: Answer

    @property
    def part_path(self) -> str:
        """The path of the part."""
        return f"services.{self.service}.{self.kind.part}"

    @property
    def whole_path(self) -> str:
        """The path of the whole."""
        return f"services.{self.service}.{self.kind.whole}"


_KINDS = (
    Kind(
        place=0,
        one="affected client",
        many="affected clients",
        whole_words="number of clients using",
        part="clients_affected",
        whole="clients_total",
        percent="clients_percent",
        answer=0,
    ),
    Kind(
        place=1,
        one="affected financial counterpart",
        many="affected financial counterparts",
        whole_words="number of financial counterparts of",
        part="counterparts_affected",
        whole="counterparts_total",
        percent="counterparts_percent",
        answer=2,
    ),
    Kind(
        place=2,
        one="affected transaction",
        many="affected transactions",
        whole_words="daily average number of transactions of",
        part="transactions_affected",
        whole="transactions_daily_average",
        percent="transactions_percent",
        answer=3,
    ),
    Kind(
        place=3,
        one="in the amount of affected transactions",
        many="in the amount of affected transactions",
        whole_words="daily average value of transactions of",
        part="transactions_affected_value",
        whole="transactions_daily_average_value",
        percent="transactions_value_percent",
        answer=4,
    ),
)


def shares(
    service: AffectedService, answers: ServiceAnswers, policy: ClassificationPolicy
) -> Iterator[Share]:
    """The four shares of Art. 9(1)(a), (c), (d) and (e), in that order."""
    for kind in _KINDS:
        part, whole = getattr(service, kind.part), getattr(service, kind.whole)
        percent, answer = getattr(policy, kind.percent), answers[kind.answer]
        yield Share(kind.place, kind, service.id, part, whole, percent, answer)


def least_more(service: AffectedService, share: Share, policy: ClassificationPolicy) -> int | None:
    """The smallest whole number to add to the part so that Art. 9(1) is met for certain.

    None where no number does. Counts from zero where the part is not known. For clients, the limit
    in absolute numbers counts too (Art. 9(1)(b)).
    """
    part, whole = 0 if share.part is None else share.part, share.whole
    more = None if whole is None else _way_above(part, whole, share.percent)
    if share.place == 0:
        in_numbers = max(0, policy.clients + 1 - int(part))
        more = in_numbers if more is None else min(more, in_numbers)
    if share.place >= _SHARES_OF_PEOPLE or whole is None or more is None:
        return more
    return None if service.affected_within_total and part + more > whole else more


def _way_above(part: int | Decimal, whole: int | Decimal, percent: int) -> int:
    return int((exact(whole) * percent - exact(part) * 100) // 100) + 1


def excess(part: int | Decimal, whole: int | Decimal, percent: int) -> int:
    """The smallest whole number to take from the part so that it no longer exceeds the share."""
    return -int((exact(whole) * percent - exact(part) * 100) // 100)


def ceiling_below(part: int | Decimal, percent: int) -> int:
    """The largest whole number of which the part is more than so many percent."""
    return -int(-exact(part) * 100 // percent) - 1


def bound_of_part(share: Share) -> str:
    """The limit itself as a figure for people: so many percent of the whole."""
    assert share.whole is not None  # noqa: S101 - the caller asks where it is known
    return fraction_text(Fraction(exact(share.whole) * share.percent, 100))


def bound_of_whole(share: Share) -> str:
    """The whole below which the part is above its limit, for people."""
    assert share.part is not None  # noqa: S101 - the caller asks where it is known
    return fraction_text(Fraction(exact(share.part) * 100, share.percent))


def plain(value: int | Fraction) -> int | Decimal:
    """An exact value as a figure again; figures and whole numbers added to them have few places."""
    if isinstance(value, int) or value.denominator == 1:
        return int(value)
    places = _MOST_DECIMAL_PLACES
    scaled = value * 10**places
    return Decimal((0, tuple(map(int, str(int(scaled)))), -places))

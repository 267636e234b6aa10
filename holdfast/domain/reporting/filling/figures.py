"""Fields 3.4 to 3.12: clients, counterparts and transactions, of the services of this entity.

A percentage is of those who use the affected services; several services are taken together, and
only where both numbers of each are known (2025/302 field 3.5). Numbers that lack a service, or rest
on an estimate, are estimates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.domain.reporting.filling.building import in_short, known
from holdfast.domain.reporting.filling.sources import FillSources
from holdfast.domain.reporting.filling.stated import EntityFacts
from holdfast.domain.values import MAX_SAFE_INTEGER
from holdfast.dora.report.content import FieldSource, FilledField
from holdfast.dora.report.quantities import percentage_of, thousands_of

__all__ = ["figure_fields"]


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the affected services have together; `lacking` are those of which it is not known."""

    affected: int
    total: int | None
    estimate: bool
    lacking: tuple[str, ...]
    entries: tuple[str, ...]

    @property
    def because(self) -> str:
        """How it was made."""
        said = "of the affected services together"
        return f"{said}, without {', '.join(self.lacking)}" if self.lacking else said


def figure_fields(
    sources: FillSources, facts: EntityFacts, currency: str | None
) -> Iterator[FilledField]:
    """Fill them; `currency` is that of the report."""
    clients = _sum(facts, "clients_affected", "clients_total")
    counterparts = _sum(facts, "counterparts_affected", "counterparts_total")
    transactions = _sum(facts, "transactions_affected", "transactions_daily_average")
    yield from _both("3.4", "3.5", clients)
    yield from _both("3.6", "3.7", counterparts)
    yield from _relevant(facts)
    yield from _both("3.9", "3.10", transactions)
    yield from _value(sources, facts, currency)
    yield from _quality(clients, counterparts, transactions)


def _sum(facts: EntityFacts, affected: str, total: str) -> _Sum | None:
    found = facts.facts.services or ()
    told = [each for each in found if getattr(each, affected) is not None]
    if not told:
        return None
    together = sum(int(getattr(each, affected)) for each in told)
    if together > MAX_SAFE_INTEGER:
        return None  # a slip of who stated it: evidence could not hold the sum
    lacking = tuple(each.id for each in found if getattr(each, affected) is None)
    totals = [getattr(each, total) for each in told]
    estimated = facts.facts.estimated
    keys = [f"{name}@{each.id}" for each in told for name in (affected, total)]
    paths = [f"services.{each.id}.{name}" for each in told for name in (affected, total)]
    return _Sum(
        affected=together,
        total=None if None in totals else sum(map(int, totals)),
        estimate=bool(lacking) or any(path in estimated for path in paths),
        lacking=lacking,
        entries=facts.stated.behind(keys),
    )


def _both(number: str, percent: str, found: _Sum | None) -> Iterator[FilledField]:
    if found is None:
        return
    yield from known(
        number,
        found.affected,
        FieldSource.FACT,
        f"the number {found.because}",
        found.entries,
        estimate=found.estimate,
    )
    if found.total:
        yield from known(
            percent,
            percentage_of(found.affected, found.total),
            FieldSource.COMPUTED,
            f"{found.affected} of {found.total} {found.because}",
            found.entries,
            estimate=found.estimate,
        )


def _relevant(facts: EntityFacts) -> Iterator[FilledField]:
    key = "relevant_client_or_counterpart_affected"
    fact = facts.stated.fact(key)
    if fact is not None:
        yield from known(
            "3.8",
            bool(fact.value),
            FieldSource.FACT,
            "whether one identified as relevant is affected, as stated",
            facts.stated.behind([key]),
        )


def _value(sources: FillSources, facts: EntityFacts, currency: str | None) -> Iterator[FilledField]:
    """3.11: only what is in the currency of the report; nothing is converted here."""
    found = _sum(facts, "transactions_affected_value", "transactions_daily_average_value")
    if found is None or currency is None:
        return
    if foreign := _in_another(sources, facts, currency):
        because = f"{foreign} in another currency than {currency}: convert it, and supply it"
        yield FilledField(
            number="3.11",
            value=None,
            source=FieldSource.FACT,
            suggestion=True,
            because=in_short(because),
            entries=found.entries,
        )
        return
    yield from known(
        "3.11",
        thousands_of(found.affected),
        FieldSource.FACT,
        f"in thousands of {currency}, {found.because}",
        found.entries,
        estimate=found.estimate,
    )


def _in_another(sources: FillSources, facts: EntityFacts, currency: str) -> str:
    """The services whose value is, or may be, in another currency."""
    valued = [each.id for each in facts.facts.services or () if each.transactions_affected_value]
    known_in = {name: sources.register.service(name) for name in valued}
    return ", ".join(
        f"{name} is stated in {service.currency}"
        if service and service.currency
        else f"{name} may be stated"
        for name, service in known_in.items()
        if service is None or service.currency != currency
    )


def _quality(
    clients: _Sum | None, counterparts: _Sum | None, transactions: _Sum | None
) -> Iterator[FilledField]:
    """3.12: one word a group; while one is not known, it is only suggested."""
    groups = {
        "clients": clients,
        "financial_counterparts": counterparts,
        "transactions": transactions,
    }
    words = [_word(name, found) for name, found in groups.items() if found is not None]
    entries = [entry for found in groups.values() if found for entry in found.entries]
    lacking = [name for name, found in groups.items() if found is None]
    because = "as the numbers are marked"
    if lacking:
        because = f"as the numbers are marked; nothing is known of {', '.join(lacking)}"
    yield from known(
        "3.12", tuple(words), FieldSource.COMPUTED, because, entries, suggestion=bool(lacking)
    )


def _word(name: str, found: _Sum) -> str:
    if found.affected == 0 and not found.lacking:
        return f"no_impact_on_{name}"
    kind = "estimates" if found.estimate else "actual_figures"
    return f"{kind}_for_{name}_affected"

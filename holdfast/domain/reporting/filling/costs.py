"""Fields 4.12 to 4.14: what the incident has cost, in thousands of the currency of the report."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.domain.reporting.filling.beginning import evaluation_of
from holdfast.domain.reporting.filling.building import known
from holdfast.domain.reporting.filling.sources import FillSources, Wanted
from holdfast.domain.reporting.filling.stated import EntityFacts
from holdfast.dora.report.content import FieldSource, FilledField
from holdfast.dora.report.quantities import thousands_of
from holdfast.dora.three_valued import Finding

__all__ = ["cost_fields"]

_EUR = "EUR"
_FOUND = {
    Finding.MET: "the threshold is met",
    Finding.NOT_MET: "the threshold is not met",
    Finding.UNKNOWN: "whether the threshold is met is not known",
}


def cost_fields(
    sources: FillSources, wanted: Wanted, facts: EntityFacts, currency: str | None
) -> Iterator[FilledField]:
    """Fill them; facts are in euro, and nothing is converted here."""
    yield from _threshold(sources, wanted)
    yield from _amount(facts, "4.13", "costs_eur", currency, "gross costs and losses, as stated")
    because = "financial recoveries, as stated, not netted against the costs"
    yield from _amount(facts, "4.14", "recoveries_eur", currency, because)


def _threshold(sources: FillSources, wanted: Wanted) -> Iterator[FilledField]:
    """4.12: how the threshold of economic impact was tested last, where the costs are known."""
    evaluated = evaluation_of(sources, wanted.entity)
    if evaluated is None:
        return
    entry, part = evaluated
    for line in part["classification"]["proof"]:
        if line["clause"] == "2024/1772 Art. 9(6)" and line["value"] is not None:
            unit = line["unit"] or _EUR
            said = (
                f"Costs and losses of {line['value']} {unit} against a threshold of"
                f" {line['limit']} {unit} (Delegated Regulation (EU) 2024/1772 Art. 9(6)):"
                f" {_FOUND[Finding(line['result'])]}."
            )
            because = "as the last evaluation has tested it"
            yield from known("4.12", said, FieldSource.ENTRY, because, [entry.id])
            return


def _amount(
    facts: EntityFacts, number: str, key: str, currency: str | None, because: str
) -> Iterator[FilledField]:
    fact = facts.stated.fact(key)
    if fact is None or currency is None:
        return
    entries = facts.stated.behind([key])
    if currency != _EUR:
        yield FilledField(
            number=number,
            value=None,
            source=FieldSource.FACT,
            suggestion=True,
            because=f"stated in EUR; the report is in {currency}: convert it, and supply it",
            entries=entries,
        )
        return
    yield from known(
        number,
        thousands_of(int(fact.value or 0)),
        FieldSource.FACT,
        f"{because}, in thousands of EUR",
        entries,
        estimate=fact.estimate,
    )

"""The report fields that third parties fill, in the layouts of Implementing Regulation 2025/302."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from holdfast.domain.values import JsonValue
from holdfast.dora.third_party_fields import third_party_fields
from holdfast.dora.third_party_findings import (
    NamedParty,
    ReportField,
    StatedChainOrigin,
    SupportedFunction,
    TemporaryAction,
    ThirdPartyFindings,
)

NOON = datetime(2026, 3, 4, 12, 0, 30, 123_456, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEDGER = NamedParty(name="Core Ledger Ltd", code_type="LEI", code="529900T8BM49AURSDO55")
CLOUD = NamedParty(name="Nordcloud AB", code_type="EUID", code="SEBOLREG.5560000000")


def found(number: int = 1, **changes: JsonValue) -> ThirdPartyFindings:
    """What one escalation has found, if nothing is said: only that it runs."""
    plain = ThirdPartyFindings(
        escalation=f"INC-2026-000001/third-party-{number}",
        contract=f"CA-{number}",
        provider=LEDGER,
        opened=f"opened#{number}",
        terms=f"terms#{number}",
    )
    return plain.model_copy(update=changes)


def origin(rank: int, party: NamedParty = CLOUD) -> StatedChainOrigin:
    """An origin that was stated."""
    return StatedChainOrigin(rank=rank, party=party, entry="origin#1")


def field(
    number: str, *findings: ThirdPartyFindings, aware_at: datetime | None = NOON
) -> ReportField:
    """A field as these findings fill it."""
    (asked,) = (each for each in third_party_fields(findings, aware_at) if each.field == number)
    return asked


def test_without_third_parties_every_field_is_empty() -> None:
    """Neither "no" nor "n/a": 2.8 is left empty without one (Annex II)."""
    fields = third_party_fields((), NOON)
    assert [each.field for each in fields] == [
        *("2.7", "2.8", "3.3", "3.22", "3.28", "3.29", "3.33", "3.34", "4.1", "4.2", "4.3")
    ]
    assert {(each.value, each.suggestion, each.entries) for each in fields} == {(None, False, ())}


def test_the_origin_at_the_provider_itself() -> None:
    """Legal name, code, type of the code, additional information."""
    stated = field("2.8", found(origin=origin(1, LEDGER)))
    assert stated.value == (
        "Core Ledger Ltd;529900T8BM49AURSDO55;LEI;direct provider, contract CA-1"
    )
    assert (stated.suggestion, stated.entries) == (False, ("origin#1",))


def test_the_origin_at_a_subcontractor() -> None:
    """Its own name and code; the direct provider stands in the additional information."""
    assert field("2.8", found(origin=origin(3))).value == (
        "Nordcloud AB;SEBOLREG.5560000000;EUID;subcontractor of rank 3, direct provider "
        "Core Ledger Ltd (LEI 529900T8BM49AURSDO55), contract CA-1"
    )


def test_an_origin_without_a_code_keeps_the_layout() -> None:
    """Four parts, whatever is known; of the provider itself the register has the code."""
    nameless = NamedParty(name="A small firm; of two")
    parts = str(field("2.8", found(origin=origin(2, nameless))).value).split(";")
    assert parts[:3] == ["A small firm, of two", "", ""]
    assert len(parts) == 4
    own = field("2.8", found(origin=origin(1, NamedParty(name="Core Ledger"))))
    assert str(own.value).startswith("Core Ledger Ltd;529900T8BM49AURSDO55;LEI;")


def test_origins_of_several_providers_stand_line_by_line() -> None:
    """The same one only once."""
    lines = field(
        "2.8",
        found(1, origin=origin(1, LEDGER)),
        found(1, origin=origin(1, LEDGER)),
        found(2, provider=CLOUD, origin=origin(1, CLOUD)),
        found(3),
    )
    assert [line.split(";")[0] for line in str(lines.value).split("\n")] == [
        "Core Ledger Ltd",
        "Nordcloud AB",
    ]


def test_an_origin_that_nobody_stated_is_only_suggested() -> None:
    """Who told us by itself comes before those that we asked; not who is asked no more."""
    asked = field("2.8", found(1), found(2, provider=CLOUD, withdrawn=True))
    assert (asked.suggestion, asked.entries) == (True, ("opened#1",))
    told = field("2.8", found(1), found(2, provider=CLOUD, notified_at=NOON))
    assert (told.suggestion, told.entries) == (True, ("opened#2",))
    assert field("2.8", found(withdrawn=True)).value is None


@pytest.mark.parametrize(
    ("told", "aware", "value", "suggestion"),
    [
        (NOON - HOUR, NOON, "third-party_provider", False),
        (NOON, NOON, "third-party_provider", False),
        (NOON + HOUR, NOON, None, False),
        (NOON, None, "third-party_provider", True),
        (None, NOON, None, False),
    ],
)
def test_a_provider_discovers_what_it_tells_before_we_know(
    told: datetime | None, aware: datetime | None, value: str | None, *, suggestion: bool
) -> None:
    """2.7: what it tells later was discovered otherwise."""
    discovered = field("2.7", found(notified_at=told), aware_at=aware)
    assert (discovered.value, discovered.suggestion) == (value, suggestion)


def test_recovery_counts_once_every_provider_has_restored() -> None:
    """3.3: the latest of them, to the second, in UTC; whoever is asked no more does not count."""
    restored = {"restored_at": NOON + HOUR, "restored": "restored#1"}
    assert field("3.3", found(1, **restored), found(2)).value is None
    assert field("3.3", found(1, withdrawn=True)).value is None
    both = field(
        "3.3",
        found(1, **restored),
        found(2, restored_at=NOON, restored="restored#2"),
        found(3, withdrawn=True),
    )
    assert (both.value, both.suggestion) == ("2026-03-04T13:00:30Z", False)
    assert both.entries == ("restored#1", "restored#2")


def test_recovery_is_only_suggested_where_something_took_over() -> None:
    """Our service may have run again before the provider's did."""
    failover = TemporaryAction(what="failover: standby", at=NOON, entry="performed#1")
    sooner = field(
        "3.3", found(restored_at=NOON + HOUR, restored="restored#1", temporary=(failover,))
    )
    assert sooner.suggestion is True
    assert sooner.entries == ("restored#1", "performed#1")
    later = failover.model_copy(update={"at": NOON + 2 * HOUR})
    assert not field("3.3", found(restored_at=NOON + HOUR, temporary=(later,))).suggestion


def test_critical_services_and_components() -> None:
    """3.22, 3.28 and 3.29: suggested, for a contract can support more than was hit."""
    functions = (
        SupportedFunction(id="F1", name="Payments", entity_name="Bank AG"),
        SupportedFunction(id="F3", name="Custody", entity_name="Bank AG"),
    )
    one = found(functions=functions, services=("ledger", "booking"))
    assert field("3.22", one).value == "Payments of Bank AG (F1)\nCustody of Bank AG (F3)"
    assert field("3.28", one).value == "yes"
    assert field("3.29", one).value == (
        "ledger, booking: outsourced to Core Ledger Ltd (LEI 529900T8BM49AURSDO55), contract CA-1"
        "; supports Payments, Custody"
    )
    for number in ("3.22", "3.28", "3.29"):
        assert (field(number, one).suggestion, field(number, one).entries) == (True, ("terms#1",))
    assert field("3.28", one.model_copy(update={"withdrawn": True})).value is None
    assert field("3.22", found(services=("ledger",))).value is None


def test_temporary_actions_in_the_order_of_time() -> None:
    """3.33 and 3.34: done ones with their time, planned ones after them."""
    acts = (
        TemporaryAction(what="workaround of Core Ledger Ltd: by hand", at=NOON + HOUR, entry="b"),
        TemporaryAction(what="failover: the standby", at=None, entry="c"),
        TemporaryAction(what="failover: the mirror (it runs)", at=NOON, entry="a"),
    )
    one = found(temporary=acts)
    assert field("3.33", one).value is True
    assert field("3.34", one).value == (
        "2026-03-04T12:00:30Z: failover: the mirror (it runs)\n"
        "2026-03-04T13:00:30Z: workaround of Core Ledger Ltd: by hand\n"
        "planned: failover: the standby"
    )
    assert field("3.34", one).entries == ("a", "b", "c")
    assert field("3.34", one).suggestion is False


def test_root_causes_are_suggested_with_their_parents() -> None:
    """4.3 is a child of a category of 4.2, and that of one of 4.1 (Annex II)."""
    weak = found(2, weaknesses=("weak#1", "weak#2"), withdrawn=True)
    began = found(1, origin=origin(1))
    assert field("4.1", began).value == ("external_event",)
    assert field("4.2", began).value == ("external_event_third-party_failures",)
    assert field("4.3", began).value is None
    assert field("4.1", weak).value == ("process_failure",)
    assert field("4.2", began, weak).value == (
        "external_event_third-party_failures",
        "process_failure_insufficient_monitoring_or_failure_of_monitoring_and_control",
    )
    additional = field("4.3", began, weak)
    assert additional.value == ("monitoring_of_third-party_service_providers",)
    assert (additional.suggestion, additional.entries) == (True, ("weak#1", "weak#2"))
    assert field("4.2", began, weak).entries == ("origin#1", "weak#1", "weak#2")
    assert field("4.2", began, weak).escalations == 2

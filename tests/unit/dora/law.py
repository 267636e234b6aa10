"""Art. 6, 8 and 9 written down a second time, over complete facts, and what unknowns can be.

Nothing here uses the engine: it is what the engine is held against.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from holdfast.domain.values import JsonObject, JsonValue
from tests.unit.dora.cases import with_facts

SHARES = (
    ("clients_affected", "clients_total", 10),
    ("counterparts_affected", "counterparts_total", 30),
    ("transactions_affected", "transactions_daily_average", 10),
    ("transactions_affected_value", "transactions_daily_average_value", 10),
)
HUGE = 10**12


@dataclass(frozen=True)
class Ruling:
    """What the law says of complete facts."""

    critical: bool
    thresholds: tuple[bool, ...]
    malicious_access: bool

    @property
    def major(self) -> bool:
        """Art. 8(1)."""
        return self.critical and (self.malicious_access or sum(self.thresholds) >= 2)


def rule(facts: JsonObject, *, home_counts: bool) -> Ruling:
    """Apply the law to facts of which none is unknown."""
    services, access, losses = facts["services"], facts["access"], facts["data_losses"]
    entered = access["successful"] and access["malicious"] and access["unauthorised"]
    lost = any(losses[kind] for kind in KINDS) or bool(losses.get("some"))
    states = set(facts["member_states"]) - (set() if home_counts else {facts["home_member_state"]})
    return Ruling(
        critical=entered
        or any(one["supports_critical_function"] or one["regulated_service"] for one in services),
        thresholds=(
            facts["relevant_client_or_counterpart_affected"] or any(map(_is_many, services)),
            any(facts["reputation"].values()),
            facts["duration_minutes"] > 24 * 60
            or any(
                one["supports_critical_function"] and one["downtime_minutes"] > 120
                for one in services
            ),
            len(states) >= 2,
            lost and losses["adverse_impact"],
            facts["costs_eur"] > 100_000,
        ),
        malicious_access=entered and access["may_cause_data_losses"],
    )


def _is_many(service: JsonObject) -> bool:
    if service["clients_affected"] > 100_000:
        return True
    for part, whole, percent in SHARES:
        if service[whole] == 0:
            if service[part] > 0:
                return True
        elif Fraction(service[part]) / Fraction(service[whole]) > Fraction(percent, 100):
            return True
    return False


KINDS = ("availability", "authenticity", "integrity", "confidentiality")
FLAGS = (
    "relevant_client_or_counterpart_affected",
    *(
        f"reputation.{name}"
        for name in (
            "media",
            "repetitive_complaints",
            "regulatory_requirements_unmet",
            "loss_of_clients",
        )
    ),
    *(f"data_losses.{name}" for name in (*KINDS, "adverse_impact")),
    *(
        f"access.{name}"
        for name in ("successful", "malicious", "unauthorised", "may_cause_data_losses")
    ),
)


def paths(facts: JsonObject) -> list[str]:
    """Every fact that may be unknown."""
    names = [name for pair in SHARES for name in pair[:2]]
    names += ["supports_critical_function", "regulated_service", "downtime_minutes"]
    of_services = [f"services.{one['id']}.{name}" for one in facts["services"] for name in names]
    whole = ["duration_minutes", "home_member_state", "member_states", "costs_eur"]
    return [*FLAGS, *whole, *of_services]


def look(facts: JsonObject, path: str) -> JsonValue:
    """The value of a fact."""
    head, _, rest = path.partition(".")
    if head == "services":
        name, _, field = rest.rpartition(".")
        return next(one for one in facts["services"] if one["id"] == name)[field]
    return facts[head][rest] if rest else facts[head]


def substitutions(facts: JsonObject, unknown: list[str]) -> Iterator[JsonObject]:
    """Every way that the unknown may turn out, over values that bring out each extreme."""
    domains = [_domain(facts, path, unknown) for path in unknown]
    for values in itertools.product(*domains):
        complete = with_facts(facts, zip(unknown, values, strict=True))
        if all(
            one["clients_affected"] <= one["clients_total"]
            and one["counterparts_affected"] <= one["counterparts_total"]
            for one in complete["services"]
        ):
            yield complete


_DOMAINS: dict[str, tuple[JsonValue, ...]] = {
    "member_states": ((), ("FR",), ("DE",), ("DE", "FR"), ("AT", "BE", "DE")),
    "duration_minutes": (0, 1441),
    "costs_eur": (0, 100_001),
}


def _domain(facts: JsonObject, path: str, unknown: list[str]) -> tuple[JsonValue, ...]:
    if path in _DOMAINS:
        return _DOMAINS[path]
    if path == "home_member_state":
        return (*facts["member_states"], "FR", "MT")
    service, _, field = path.rpartition(".")
    for part, whole, _ in SHARES:
        if field == part:
            other = f"{service}.{whole}"
            total = () if other in unknown else (look(facts, other),)
            return (0, 1, 100_001, *total, HUGE)
        if field == whole:
            other = f"{service}.{part}"
            affected = () if other in unknown else (look(facts, other),)
            return (0, 100_001, *affected, HUGE, 100 * HUGE)
    return (0, 121) if field == "downtime_minutes" else (False, True)

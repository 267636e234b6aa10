"""What one evaluation of ten affected services costs, against writing the same facts down.

The floor is the canonical JSON of the facts: whatever is evaluated is recorded as evidence, so that
this is paid anyway.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from holdfast.domain.values import JsonObject, canonical_json
from holdfast.dora.classification import classify
from holdfast.dora.facts import ClassificationFacts
from holdfast.dora.policy import ClassificationPolicy
from holdfast.store.policies import load_policy

__all__ = ["Evaluated", "measure_classification"]

_SERVICES = 10
_ROUNDS = 300
_POLICIES = Path(__file__).resolve().parent.parent / "policies"


@dataclass(frozen=True)
class Evaluated:
    """The median times of one evaluation and of its floor, in seconds."""

    name: str
    evaluation: float
    floor: float


def measure_classification() -> list[Evaluated]:
    """Evaluate ten services that make a major incident, none, and nobody knows."""
    content = load_policy(_POLICIES, "dora-classification", ClassificationPolicy).content
    policy = ClassificationPolicy.model_validate_json(content)
    return [_measure(name, facts, policy) for name, facts in _CASES.items()]


def _measure(name: str, document: JsonObject, policy: ClassificationPolicy) -> Evaluated:
    facts = ClassificationFacts.model_validate(document)
    ours, floor = list[float](), list[float]()
    for _ in range(_ROUNDS):
        ours.append(_seconds(lambda: classify(facts, policy)))
        floor.append(_seconds(lambda: canonical_json(facts.model_dump(mode="json"))))
    return Evaluated(name, sorted(ours)[_ROUNDS // 2], sorted(floor)[_ROUNDS // 2])


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _services(**changed: object) -> list[JsonObject]:
    return [
        {
            "id": f"service-{number}",
            "supports_critical_function": True,
            "regulated_service": True,
            "clients_total": 500_000,
            "clients_affected": 100,
            "counterparts_total": 40,
            "counterparts_affected": 3,
            "transactions_daily_average": 100_000,
            "transactions_affected": 5_000,
            "transactions_daily_average_value": 1_000_000,
            "transactions_affected_value": 20_000,
            "downtime_minutes": 100,
            **changed,
        }
        for number in range(_SERVICES)
    ]


_KNOWN: JsonObject = {
    "services": _services(),
    "relevant_client_or_counterpart_affected": False,
    "reputation": dict.fromkeys(
        ("media", "repetitive_complaints", "regulatory_requirements_unmet", "loss_of_clients"),
        False,
    ),
    "duration_minutes": 200,
    "home_member_state": "FR",
    "member_states": ["DE", "FR"],
    "data_losses": dict.fromkeys(
        ("availability", "authenticity", "integrity", "confidentiality", "adverse_impact"), False
    ),
    "access": dict.fromkeys(
        ("successful", "malicious", "unauthorised", "may_cause_data_losses"), False
    ),
    "costs_eur": 20_000,
}

_CASES: dict[str, JsonObject] = {
    "major": {**_KNOWN, "services": _services(downtime_minutes=130)},
    "not major": _KNOWN,
    "not major, no critical service": {
        **_KNOWN,
        "services": _services(supports_critical_function=False, regulated_service=False),
    },
    "not known yet": {
        **_KNOWN,
        "services": _services(clients_affected=None, downtime_minutes=None),
    },
    "nothing known": {"services": [{"id": f"service-{number}"} for number in range(_SERVICES)]},
}


if __name__ == "__main__":
    for one in measure_classification():
        print(  # noqa: T201 - a benchmark run by hand prints its figures
            f"{one.name}: {one.evaluation * 1e3:.2f} ms against {one.floor * 1e3:.2f} ms, "
            f"ratio {one.evaluation / one.floor:.1f}"
        )

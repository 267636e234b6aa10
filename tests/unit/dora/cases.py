"""Facts to classify: the example of the contract, a quiet incident, and changes of both."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from holdfast.domain.values import JsonObject
from holdfast.dora.classification import Classification, classify
from holdfast.dora.facts import AffectedService, ClassificationFacts
from holdfast.dora.nearest.turn import Change
from holdfast.dora.policy import ClassificationPolicy
from holdfast.store.policies import load_policy

ROOT = Path(__file__).resolve().parents[3]
POLICY = ClassificationPolicy.model_validate_json(
    load_policy(ROOT / "policies", "dora-classification", ClassificationPolicy).content
)
WITHOUT_HOME = POLICY.model_copy(update={"home_member_state_counts": False})

EXAMPLE: JsonObject = {
    "services": [
        {
            "id": "instant-payments",
            "supports_critical_function": True,
            "regulated_service": True,
            "clients_total": 500000,
            "clients_affected": 60000,
            "counterparts_total": 40,
            "counterparts_affected": 3,
            "transactions_daily_average": 100000,
            "transactions_affected": 5000,
            "transactions_daily_average_value": 1000000,
            "transactions_affected_value": 20000,
            "downtime_minutes": 130,
        }
    ],
    "relevant_client_or_counterpart_affected": False,
    "reputation": {
        "media": False,
        "repetitive_complaints": False,
        "regulatory_requirements_unmet": False,
        "loss_of_clients": False,
    },
    "duration_minutes": 200,
    "home_member_state": "FR",
    "member_states": ["FR", "DE"],
    "data_losses": {
        "availability": False,
        "authenticity": False,
        "integrity": False,
        "confidentiality": False,
        "adverse_impact": False,
    },
    "access": {
        "successful": False,
        "malicious": False,
        "unauthorised": False,
        "may_cause_data_losses": False,
    },
    "costs_eur": 20000,
}
"""The example of the contract: three thresholds are met."""

PAYMENTS = "services.instant-payments."


def quiet() -> JsonObject:
    """Everything is known, one critical service is hit, and no threshold is met."""
    facts = copy.deepcopy(EXAMPLE)
    facts["member_states"] = ["FR"]
    facts["services"][0].update(clients_affected=100, downtime_minutes=60, counterparts_affected=0)
    return facts


def with_facts(facts: JsonObject, changes: Iterable[tuple[str, object]]) -> JsonObject:
    """A copy with these facts, by path, at these values."""
    changed: JsonObject = copy.deepcopy(facts)
    for path, value in changes:
        _set(changed, path, value)
    return changed


def _set(facts: JsonObject, path: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
    head, _, rest = path.partition(".")
    if head == "services" and rest:
        name, _, field = rest.rpartition(".")
        next(one for one in facts["services"] if one["id"] == name)[field] = value
    elif head == "services" and value:
        _merge_services(facts, value)
    elif rest:
        facts[head] = {**(facts.get(head) or {}), rest: value}
    else:
        facts[head] = value


def _merge_services(facts: JsonObject, added: Iterable[AffectedService | JsonObject]) -> None:
    """Services that several changes name are one service with what each says of it."""
    by_id = {one["id"]: one for one in facts.get("services") or []}
    for service in added:
        given = (
            service.model_dump(exclude_none=True)
            if isinstance(service, AffectedService)
            else service
        )
        by_id[given["id"]] = {**by_id.get(given["id"], {}), **given}
    facts["services"] = list(by_id.values())


def read(facts: JsonObject) -> ClassificationFacts:
    """The facts of a JSON object."""
    return ClassificationFacts.model_validate(facts)


def classified(facts: JsonObject, policy: ClassificationPolicy = POLICY) -> Classification:
    """The classification of a JSON object."""
    return classify(read(facts), policy)


def changed(facts: ClassificationFacts, *changes: Change) -> ClassificationFacts:
    """These facts with changes that `nearest` names."""
    given: JsonObject = facts.model_dump()
    if given["services"] is not None:
        given["services"] = list(given["services"])
    return read(with_facts(given, [each for change in changes for each in change]))


def example_text() -> str:
    """The example as a file holds it."""
    return json.dumps(EXAMPLE)

"""The policies of this repository as tests use them: pinned, carried, and read."""

from __future__ import annotations

from pathlib import Path

from holdfast.domain.assessment import Rulebook
from holdfast.domain.escalation import EscalationPolicy
from holdfast.domain.policies import (
    DORA_CLASSIFICATION,
    ESCALATION,
    PINNED_ONLY,
    REGISTER,
    SEVERITY_TREE,
    PinnedPolicy,
)
from holdfast.domain.severity import SeverityTree
from holdfast.domain.third_party.policy import THIRD_PARTIES
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.register import Register
from holdfast.store.policies import load_named_policy, load_policy_folder

__all__ = ["CARRIED", "FOLDER", "PINS", "POLICIES", "RULEBOOK", "THIRD_PARTY_POLICY"]

FOLDER = Path(__file__).resolve().parent.parent / "policies"

POLICIES: dict[str, PinnedPolicy] = load_policy_folder(FOLDER)
THIRD_PARTY_POLICY = load_named_policy(FOLDER, THIRD_PARTIES)

CARRIED = {name: policy for name, policy in POLICIES.items() if name not in PINNED_ONLY}
PINS = {name: policy.pin for name, policy in POLICIES.items() if name in PINNED_ONLY}
RULEBOOK = Rulebook(
    severity_tree=SeverityTree.model_validate_json(POLICIES[SEVERITY_TREE].content),
    escalation=EscalationPolicy.model_validate_json(POLICIES[ESCALATION].content),
    classification=ClassificationPolicy.model_validate_json(POLICIES[DORA_CLASSIFICATION].content),
    register=Register.model_validate_json(POLICIES[REGISTER].content),
)

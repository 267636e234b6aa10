"""Policies as data: read from their folder, checked, pinned by digest, and kept as artifacts."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.approval_matrix import ApprovalMatrix
from holdfast.domain.escalation import EscalationPolicy
from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    ESCALATION,
    RECOVERY,
    SEVERITY_TREE,
    PinnedPolicy,
    RecoveryPolicy,
    pinned,
)
from holdfast.domain.severity import SeverityTree
from holdfast.domain.values import require_canonical
from holdfast.errors import InvalidInput
from holdfast.store.artifacts import fetch_artifact, store_artifact

__all__ = ["PolicyShelf", "load_policy", "load_policy_folder", "read_yaml", "store_policies"]

_MEDIA_TYPE = "application/json"

_KINDS: dict[str, type[BaseModel]] = {
    APPROVAL_MATRIX: ApprovalMatrix,
    ESCALATION: EscalationPolicy,
    RECOVERY: RecoveryPolicy,
    SEVERITY_TREE: SeverityTree,
}


def read_yaml(path: Path) -> object:
    """Read a YAML 1.2 document of plain data; duplicate keys are an error.

    Raises:
        InvalidInput: the file is missing or is no such document.
    """
    try:
        return YAML(typ="safe", pure=True).load(path)
    except (OSError, YAMLError) as error:
        message = f"cannot read {path.name}: {error}"
        raise InvalidInput(message, path=str(path)) from error


def load_policy_folder(folder: Path) -> dict[str, PinnedPolicy]:
    """Read, check and pin every policy that an incident needs, by name.

    Raises:
        InvalidInput: a policy is missing, is not canonical data, or contradicts itself.
    """
    return {name: load_policy(folder, name, kind) for name, kind in _KINDS.items()}


def load_policy(folder: Path, name: str, kind: type[BaseModel]) -> PinnedPolicy:
    """Read, check and pin one policy of the folder.

    Raises:
        InvalidInput: it is missing, is not canonical data, or contradicts itself.
    """
    path = folder / f"{name}.yaml"
    document = read_yaml(path)
    try:
        if not isinstance(document, dict) or document.get("name") != name:
            message = f"{path.name} must hold the policy '{name}'"
            raise InvalidInput(message, path=str(path))
        require_canonical(document)
        policy = pinned(document)
        kind.model_validate_json(policy.content)
    except (ValidationError, ValueError) as error:
        message = f"{path.name}: {error}"
        raise InvalidInput(message, path=str(path)) from error
    return policy


async def store_policies(engine: AsyncEngine, policies: dict[str, PinnedPolicy]) -> None:
    """Keep the exact content of these policies, so that a pin can be read as long as it matters."""
    async with engine.begin() as connection:
        for policy in policies.values():
            await store_artifact(connection, policy.content.encode(), _MEDIA_TYPE)


class PolicyShelf:
    """Pinned policies by digest, read from the store once a process: a digest has one content."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read from that store."""
        self._engine = engine
        self._read: dict[str, BaseModel] = {}

    async def severity_tree(self, pin: PolicyPin) -> SeverityTree:
        """The severity tree under that pin."""
        policy = await self._policy(pin, SeverityTree)
        assert isinstance(policy, SeverityTree)  # noqa: S101 - narrows the type for mypy only
        return policy

    async def escalation(self, pin: PolicyPin) -> EscalationPolicy:
        """The escalation policy under that pin."""
        policy = await self._policy(pin, EscalationPolicy)
        assert isinstance(policy, EscalationPolicy)  # noqa: S101 - narrows the type for mypy only
        return policy

    async def _policy(self, pin: PolicyPin, kind: type[BaseModel]) -> BaseModel:
        if pin.digest not in self._read:
            async with self._engine.connect() as connection:
                content = await fetch_artifact(connection, pin.digest)
            self._read[pin.digest] = kind.model_validate_json(content)
        return self._read[pin.digest]

"""Policies as data: read from their folder, checked, pinned by digest, and kept as artifacts."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.communication.templates import COMMUNICATIONS
from holdfast.domain.events import PolicyPin
from holdfast.domain.playbooks.policy import PLAYBOOKS
from holdfast.domain.policies import REGISTER, PinnedPolicy
from holdfast.store.artifacts import fetch_artifact, store_artifact
from holdfast.store.communications.template_files import (
    is_communications_folder,
    load_communications,
)
from holdfast.store.playbooks.files import is_playbooks_folder, load_playbooks
from holdfast.store.policy_documents import check_policy, read_policy_document
from holdfast.store.policy_kinds import INCIDENT_POLICIES, POLICY_KINDS
from holdfast.store.register_files import load_register

__all__ = [
    "POLICY_MEDIA_TYPE",
    "PolicyShelf",
    "load_candidate",
    "load_named_policy",
    "load_policy",
    "load_policy_folder",
    "read_yaml",
    "store_policies",
]

POLICY_MEDIA_TYPE = "application/json"

_Policy = TypeVar("_Policy", bound=BaseModel)


def read_yaml(path: Path) -> object:
    """Read a YAML 1.2 document of plain data.

    Raises:
        InvalidInput: the file is missing or is no such document; says in which line.
    """
    return read_policy_document(path).value


def load_policy_folder(folder: Path) -> dict[str, PinnedPolicy]:
    """Read, check and pin every policy that an incident is pinned to, by name.

    Raises:
        InvalidInput: a policy is missing, is not canonical data, or contradicts itself.
    """
    return {name: load_named_policy(folder, name) for name in INCIDENT_POLICIES}


def load_named_policy(folder: Path, name: str) -> PinnedPolicy:
    """Read, check and pin the policy of that name, of any kind that there is.

    Raises:
        InvalidInput: it is missing, is not canonical data, or contradicts itself.
    """
    if name == REGISTER:
        return load_register(folder / REGISTER)
    if name == COMMUNICATIONS:
        return load_communications(folder / COMMUNICATIONS)
    if name == PLAYBOOKS:
        return load_playbooks(folder / PLAYBOOKS)
    return load_policy(folder, name, POLICY_KINDS[name])


def load_policy(folder: Path, name: str, kind: type[BaseModel]) -> PinnedPolicy:
    """Read, check and pin one policy of the folder.

    Raises:
        InvalidInput: it is missing, is not canonical data, or contradicts itself.
    """
    return check_policy(read_policy_document(folder / f"{name}.yaml"), name, kind)


def load_candidate(path: Path) -> PinnedPolicy:
    """Read, check and pin a policy of any kind from its file, or from its folder if it has one.

    Raises:
        InvalidInput: it is no policy, or is refused; says where by the path as it was given.
    """
    if path.is_dir():
        if is_communications_folder(path):
            return load_communications(path, str(path))
        if is_playbooks_folder(path):
            return load_playbooks(path, str(path))
        return load_register(path)
    return check_policy(read_policy_document(path, str(path)))


async def store_policies(engine: AsyncEngine, policies: dict[str, PinnedPolicy]) -> None:
    """Keep the exact content of these policies, so that a pin can be read as long as it matters."""
    async with engine.begin() as connection:
        for policy in policies.values():
            await store_artifact(connection, policy.content.encode(), POLICY_MEDIA_TYPE)


class PolicyShelf:
    """Pinned policies by digest, read from the store once a process: a digest has one content."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read from that store."""
        self._engine = engine
        self._read: dict[str, BaseModel] = {}

    async def read(self, pin: PolicyPin, kind: type[_Policy]) -> _Policy:
        """The policy under that pin, which is of that kind.

        Raises:
            NotFound: its content was never kept here.
        """
        if pin.digest not in self._read:
            async with self._engine.connect() as connection:
                content = await fetch_artifact(connection, pin.digest)
            self._read[pin.digest] = kind.model_validate_json(content)
        policy = self._read[pin.digest]
        assert isinstance(policy, kind)  # noqa: S101 - narrows the type for mypy only
        return policy

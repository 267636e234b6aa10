"""The first version of each policy: taken from the folder once, and never silently again.

From then on the folder is only where candidates come from. Installing is evidence, and of several
processes that start at the same time one does it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.communication.templates import COMMUNICATIONS
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.playbooks.policy import PLAYBOOKS
from holdfast.domain.policies import REGISTER, PinnedPolicy
from holdfast.domain.roles import SYSTEM
from holdfast.domain.values import rfc3339
from holdfast.errors import InvalidInput
from holdfast.store.artifacts import store_artifact
from holdfast.store.chosen_deeds import find_deed
from holdfast.store.deeds import record_deed
from holdfast.store.policies import POLICY_MEDIA_TYPE, load_named_policy
from holdfast.store.policy_kinds import POLICY_KINDS
from holdfast.store.published_policies import (
    POLICIES,
    POLICY_CHANNEL,
    StoredPolicy,
    in_force,
    list_policies,
)
from holdfast.store.turns import take_turn

__all__ = ["NotInForce", "compare_folder", "install_policies"]

_NOTIFY = text("SELECT pg_notify(:channel, '')")
_FOLDERS = frozenset({COMMUNICATIONS, PLAYBOOKS, REGISTER})
_REASON = "The first version of this installation, from its folder of policies"


@dataclass(frozen=True, slots=True)
class NotInForce:
    """A policy whose document in the folder is not what is in force, and what to do, in words."""

    name: str
    words: str
    waits: bool = True
    """Whether anybody has to do anything: not where it takes effect by itself."""


async def install_policies(engine: AsyncEngine, folder: Path) -> tuple[str, ...]:
    """Put every policy that the database does not know into force, as the folder has it.

    Returns:
        The names of those that were unknown.

    Raises:
        InvalidInput: the document of an unknown policy is missing or refused; nothing was changed.
    """
    async with engine.begin() as connection:
        await take_turn(connection, POLICIES)
        known = {stored.name for stored in await list_policies(connection)}
        unknown = [name for name in POLICY_KINDS if name not in known]
        for policy in [load_named_policy(folder, name) for name in unknown]:
            await _install(connection, policy)
        if unknown:
            await connection.execute(_NOTIFY, {"channel": POLICY_CHANNEL})
    return tuple(unknown)


def compare_folder(
    folder: Path, versions: Mapping[str, Sequence[StoredPolicy]], now: datetime
) -> list[NotInForce]:
    """Say which documents of the folder are not what is in force; what cannot be read is one."""
    found = []
    for name in POLICY_KINDS:
        known = versions.get(name, ())
        try:
            policy = load_named_policy(folder, name)
        except InvalidInput as error:
            found.append(NotInForce(name, error.message))
            continue
        current = in_force(known, now)
        if current is None or current.digest != policy.pin.digest:
            found.append(_not_in_force(policy, known, current))
    return found


def _not_in_force(
    policy: PinnedPolicy, known: Sequence[StoredPolicy], current: StoredPolicy | None
) -> NotInForce:
    name, version = policy.pin.name, policy.pin.version
    file = f"policies/{name}" if name in _FOLDERS else f"policies/{name}.yaml"
    standing = f"{current.version} is" if current else "no version is"
    same, waits = next((each for each in known if each.version == version), None), True
    if same is None:
        do = f"publish it with `holdfast policy publish {file}`"
    elif same.digest != policy.pin.digest:
        do = f"there is another {version} already: give this one a version of its own"
    elif same.effective_at is None:
        do = f"it is drafted: let another person give `holdfast policy publish {file}`"
    elif current is not None and same.effective_at > (current.effective_at or same.effective_at):
        do, waits = f"it takes effect at {rfc3339(same.effective_at)}", False
    else:
        do, waits = "it was replaced; the folder may be brought up to date", False
    return NotInForce(name, f"{file} ({version}) is not in force ({standing}): {do}", waits)


async def _install(connection: AsyncConnection, policy: PinnedPolicy) -> None:
    pin = policy.pin
    deed = f"policy/{pin.name}/{pin.version}/installed"
    if await find_deed(connection, deed) is not None:
        return  # it stands; the projections have lost it, and a rebuild brings it back
    await store_artifact(connection, policy.content.encode(), POLICY_MEDIA_TYPE)
    event = Event(
        kind=EventKind.POLICY_INSTALLED,
        subject=Subject(type="policy", id=f"{pin.name}/{pin.version}", digest=pin.digest),
        actor=SYSTEM,
        payload={
            "name": pin.name,
            "version": pin.version,
            "reason": _REASON,
            "effective_at": rfc3339(datetime.now(UTC)),
        },
    )
    await record_deed(connection, POLICIES, deed, event)

"""The register that is in force at an instant, read from its published bytes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.dora.register import REGISTER, Register, register_from
from holdfast.errors import Unavailable
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.published_policies import in_force, list_policies

__all__ = ["fetch_register_in_force"]


async def fetch_register_in_force(connection: AsyncConnection, at: datetime) -> Register:
    """Read the register that is in force at an aware instant.

    Raises:
        Unavailable: no version of it is published.
    """
    version = in_force(await list_policies(connection, REGISTER), at)
    if version is None:
        message = f"no version of the policy {REGISTER} is published"
        raise Unavailable(message, part="policies")
    content = await fetch_artifact(connection, version.digest)
    return register_from(content.decode())

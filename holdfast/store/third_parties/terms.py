"""The terms of a contract, read from the register that an incident is pinned to."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.third_party.opening import TermsRead, TermsRequest
from holdfast.domain.third_party.policy import THIRD_PARTIES, third_party_policy
from holdfast.domain.third_party.taking import taken_terms
from holdfast.dora.register import register_from
from holdfast.errors import Unavailable
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.published_policies import in_force, list_published

__all__ = ["read_terms"]


async def read_terms(connection: AsyncConnection, request: TermsRequest) -> TermsRead:
    """Read the terms of that contract, and our own policy as it was in force at that moment.

    Raises:
        NotFound: the register was never kept here.
        Unavailable: no policy for third parties is installed yet.
    """
    published = [
        version for version in await list_published(connection) if version.name == THIRD_PARTIES
    ]
    stored = in_force(published, request.at)
    if stored is None:
        message = f"no policy {THIRD_PARTIES} is in force yet"
        raise Unavailable(message, policy=THIRD_PARTIES)
    register = await fetch_artifact(connection, request.register_of_information.digest)
    rules = await fetch_artifact(connection, stored.digest)
    return taken_terms(
        register_from(register.decode()),
        request.register_of_information,
        request.contract,
        third_party_policy(rules.decode()),
        stored.pin,
    )

"""Reading what a provider is held to, as an activity: the result stands in history from then on."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.domain.third_party.opening import TermsRead, TermsRequest
from holdfast.store.third_parties.terms import read_terms

__all__ = ["ThirdPartyActivities"]


class ThirdPartyActivities:
    """Activities for escalations of third parties, on one engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read through that engine."""
        self._engine = engine

    @activity.defn(name=ActivityName.READ_TERMS)
    async def read_terms(self, request: TermsRequest) -> TermsRead:
        """Read the contract's terms; an attempt too many reads the same bytes.

        Raises:
            NotFound: the register was never kept here.
            Unavailable: our own policy is not installed yet; the attempt is repeated.
        """
        async with self._engine.connect() as connection:
            return await read_terms(connection, request)

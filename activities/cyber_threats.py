"""What threats need of the database: the terms in force, and a place for their forms."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.domain.policies import APPROVAL_MATRIX, REGISTER, PinnedPolicy
from holdfast.domain.reporting.policy import REPORTING
from holdfast.domain.threats.content import FORM_MEDIA_TYPE
from holdfast.domain.threats.terms import KeptForm, ThreatTerms, ThreatTermsRequest
from holdfast.dora.register import Register
from holdfast.errors import Unavailable
from holdfast.store.artifacts import fetch_artifact, store_artifact
from holdfast.store.policies import PolicyShelf
from holdfast.store.published_policies import StoredPolicy, in_force, list_published

__all__ = ["CyberThreatActivities"]


class CyberThreatActivities:
    """Activities of threats; an attempt too many changes nothing."""

    def __init__(self, engine: AsyncEngine, shelf: PolicyShelf) -> None:
        """Read and keep through that engine; registers come from that shelf."""
        self._engine = engine
        self._shelf = shelf

    @activity.defn(name=ActivityName.READ_THREAT_TERMS)
    async def read_threat_terms(self, request: ThreatTermsRequest) -> ThreatTerms:
        """Read the policies in force now, and the entity as the register has it.

        Raises:
            Unavailable: no approval matrix is in force yet; the attempt is repeated.
        """
        async with self._engine.connect() as connection:
            published, now = await list_published(connection), datetime.now(UTC)

            def current(name: str) -> StoredPolicy | None:
                return in_force([each for each in published if each.name == name], now)

            matrix = await _content(connection, current(APPROVAL_MATRIX))
            reporting = await _content(connection, current(REPORTING))
        if matrix is None:
            message = f"no policy {APPROVAL_MATRIX} is in force yet"
            raise Unavailable(message, policy=APPROVAL_MATRIX)
        stored = current(REGISTER)
        register = await self._shelf.read(stored.pin, Register) if stored else None
        return ThreatTerms(
            matrix=matrix,
            reporting=reporting,
            register_of_information=stored.pin if stored else None,
            entity=register.entities.get(request.entity) if register else None,
        )

    @activity.defn(name=ActivityName.KEEP_THREAT_FORM)
    async def keep_threat_form(self, form: KeptForm) -> str:
        """Keep a form under its digest, and return that."""
        async with self._engine.begin() as connection:
            return await store_artifact(connection, form.content.encode(), FORM_MEDIA_TYPE)


async def _content(connection: AsyncConnection, stored: StoredPolicy | None) -> PinnedPolicy | None:
    if stored is None:
        return None
    content = await fetch_artifact(connection, stored.pin.digest)
    return PinnedPolicy(pin=stored.pin, content=content.decode())

"""The form of a threat as it would be filled now, from its projection and its pinned policies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import APPROVAL_MATRIX, REGISTER, PinnedPolicy
from holdfast.domain.reporting.policy import REPORTING
from holdfast.domain.roles import Actor
from holdfast.domain.threats.asking import RecordThreat
from holdfast.domain.threats.content import ThreatContent
from holdfast.domain.threats.filling import content_of
from holdfast.domain.threats.state import Supplied, ThreatState
from holdfast.domain.threats.terms import ThreatTerms
from holdfast.dora.cyber_threats import CyberThreatFacts
from holdfast.dora.register import register_from
from holdfast.dora.threat_form import check_threat_value
from holdfast.store.artifacts import fetch_artifact

__all__ = ["preview_form"]


async def preview_form(
    connection: AsyncConnection, row: RowMapping, version: int, now: datetime
) -> ThreatContent:
    """Fill the form as the next version would be.

    Raises:
        NotFound: a pinned policy is not kept here.
    """
    supplied = {
        number: Supplied(
            value=check_threat_value(number, _value(said["value"])),
            by=said["by"],
            entry=said["entry"],
        )
        for number, said in row["fields"].items()
        if said["value"] is not None
    }
    report = RecordThreat(
        title=row["title"],
        description=row["description"],
        detected_at=row["detected_at"],
        entity=row["entity"],
        incidents=tuple(row["incidents"]),
    )
    state = ThreatState(
        threat=row["threat_id"],
        terms=await _terms(connection, row),
        report=report,
        reporter=Actor.model_validate(row["recorded_by"]),
        facts=CyberThreatFacts.model_validate(row["facts"] or {}),
        supplied=supplied,
    )
    return content_of(state, version, now)


async def _terms(connection: AsyncConnection, row: RowMapping) -> ThreatTerms:
    pins = {pin["name"]: PolicyPin.model_validate(pin) for pin in row["pins"]}
    contents = {
        name: (await fetch_artifact(connection, pin.digest)).decode() for name, pin in pins.items()
    }
    register = register_from(contents[REGISTER]) if REGISTER in pins else None
    reporting = pins.get(REPORTING)
    return ThreatTerms(
        matrix=PinnedPolicy(pin=pins[APPROVAL_MATRIX], content=contents[APPROVAL_MATRIX]),
        reporting=PinnedPolicy(pin=reporting, content=contents[REPORTING]) if reporting else None,
        register_of_information=pins.get(REGISTER),
        entity=register.entities.get(row["entity"]) if register else None,
    )


def _value(said: object) -> str | int | bool | tuple[str, ...]:
    return tuple(said) if isinstance(said, list) else said  # type: ignore[return-value]  # JSON of a field's value

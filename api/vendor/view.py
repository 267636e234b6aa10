"""Reading an escalation for its provider: from the projections, with fresh links to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping

from api.platform import Platform
from api.vendor.answers import ActLink, HeardStatement, OwedTime, VendorEscalation
from api.vendor.desk import OpenedLink, act_url, page_url
from holdfast.domain.third_party.kinds import EscalationStage, Source
from holdfast.domain.third_party.links import LinkAct
from holdfast.dora.register.terms import VendorClock
from holdfast.store.third_parties.reading import list_calls, list_clocks, list_statements

__all__ = ["offered_acts", "view_of"]

_WHILE_ASKED = tuple(act for act in LinkAct if act is not LinkAct.PAGE)
_WHILE_CLAIMED = (LinkAct.UPDATE, LinkAct.WORKAROUND, LinkAct.DOCUMENT)
_AFTERWARDS = (LinkAct.UPDATE, LinkAct.DOCUMENT)
_ORDER = {str(clock): place for place, clock in enumerate(VendorClock)}


async def view_of(
    doors: Platform, link: OpenedLink, *, tried: LinkAct | None = None
) -> VendorEscalation:
    """Read what the provider sees over a link that was opened; what was `tried` is offered too."""
    row, of = link.row, (link.incident_id, link.number)
    async with doors.reads.connect() as connection:
        clocks = await list_clocks(connection, *of)
        statements = await list_statements(connection, *of)
        calls = await list_calls(connection, *of)
    offered = offered_acts(row["stage"])
    acts = [act for act in LinkAct if act in {*offered, tried} and act is not LinkAct.PAGE]
    said = [call["call"]["because"] for call in calls if call["round"] == row["round"]]
    return VendorEscalation(
        reference=link.claims.escalation,
        provider=row["provider_name"] or row["provider"],
        contract=row["contract"],
        their_reference=row["their_reference"],
        stage=row["stage"],
        round=row["round"],
        asked_at=row["asked_at"],
        because=said[-1] if said else row["because"],
        estimated_at=row["estimated_at"],
        times=_times(clocks, row["round"]),
        statements=[_heard(each) for each in statements],
        acts=[ActLink(act=act, url=act_url(doors, link, act)) for act in acts],
        page=page_url(doors, link),
        valid_until=link.claims.expires_at,
    )


def offered_acts(stage: str) -> tuple[LinkAct, ...]:
    """What the page offers at a stage; a link that was made before can be used all the same."""
    if stage == EscalationStage.ASKED:
        return _WHILE_ASKED
    return _WHILE_CLAIMED if stage == EscalationStage.CLAIMED else _AFTERWARDS


def _times(clocks: Iterable[Mapping[str, Any]], number: int) -> list[OwedTime]:
    """The times of a round, each as it was armed last: the update is due again and again."""
    latest = {row["clock"]: row for row in clocks if row["round"] == number}
    return [
        OwedTime(time=name, due_at=row["due_at"], state=row["outcome"])
        for name, row in sorted(latest.items(), key=lambda one: _ORDER.get(one[0], len(_ORDER)))
    ]


def _heard(row: RowMapping) -> HeardStatement:
    own = Source(row["source"]).of_provider
    return HeardStatement(
        said=row["said"],
        said_at=row["said_at"],
        recorded_at=row["recorded_at"],
        source=row["source"],
        text=row["text"] if own else None,
        estimated_at=row["estimated_at"],
        documents=row["documents"],
    )

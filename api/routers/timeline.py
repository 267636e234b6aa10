"""The doors of what happened: the readable timeline, and the evidence that it is made of."""

from __future__ import annotations

import json
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import EVIDENCE_ROLES, AnyReader, allow
from api.cursor import position_cursor, read_position_cursor
from api.models import EvidenceEntry, EvidencePage, IncidentId, TimelineLine, TimelinePage
from api.platform import Doors
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import answer_with, require_incident
from holdfast.domain.values import Instant
from holdfast.store.incidents import fetch_phase
from holdfast.store.projections.disposed import DISPOSED
from holdfast.store.timeline import list_evidence, list_timeline

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["history"], route_class=StrictRoute)

_LARGEST_PAGE = 1_000
_PROBLEMS = problems(401, 403, 404, 422, 503)


class HistoryPage(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = None
    limit: int = Field(default=200, ge=1, le=_LARGEST_PAGE)


class TimelineView(HistoryPage):
    """Which page, and how it is to look."""

    format: Literal["json", "text"] | None = None
    since: Instant | None = Field(default=None, description="What happened then or later.")
    until: Instant | None = Field(default=None, description="What happened then or before.")


@router.get(
    "/{incident_id}/timeline",
    summary="Read the timeline",
    response_model=TimelinePage,
    dependencies=[AnyReader],
    responses={
        200: {"content": {"text/plain": {"example": "2026-03-04 09:30:00Z system: …\n"}}},
        **_PROBLEMS,
    },
)
async def get_timeline(
    incident_id: IncidentId,
    doors: Doors,
    view: Annotated[TimelineView, Query()],
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """Read what happened, one line an entry, oldest first; as text for `Accept: text/plain`."""
    after = read_position_cursor(view.cursor)
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        between = (view.since, view.until)
        rows = await list_timeline(connection, incident_id, after, view.limit + 1, between)
    page = rows[: view.limit]
    cursor = position_cursor(page[-1].position) if len(rows) > view.limit else None
    lines = [TimelineLine.model_validate(row) for row in page]
    if view.format == "text" or (view.format is None and (accept or "").startswith("text/plain")):
        return _as_text(lines, cursor, view)
    return answer_with(200, TimelinePage(lines=lines, next_cursor=cursor))


@router.get(
    "/{incident_id}/evidence",
    summary="Read the evidence",
    dependencies=[Depends(allow(*EVIDENCE_ROLES))],
    responses=_PROBLEMS,
)
async def get_evidence(
    incident_id: IncidentId, doors: Doors, page: Annotated[HistoryPage, Query()]
) -> EvidencePage:
    """Read the evidence entries, oldest first, each with the hash of its exact bytes.

    For those who have to judge the process; who works in it reads the timeline.
    """
    after = read_position_cursor(page.cursor)
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        rows = await list_evidence(connection, incident_id, after, page.limit + 1)
    entries = [
        EvidenceEntry(
            position=row["position"],
            recorded_at=row["recorded_at"],
            body_hash=row["body_hash"],
            entry=json.loads(bytes(row["body"])) if row["body"] is not None else None,
            withheld=DISPOSED if row["body"] is None else None,
        )
        for row in rows[: page.limit]
    ]
    more = len(rows) > page.limit
    cursor = position_cursor(entries[-1].position) if more else None
    return EvidencePage(entries=entries, next_cursor=cursor)


def _as_text(lines: list[TimelineLine], cursor: str | None, view: TimelineView) -> Response:
    text = "".join(
        f"{line.occurred_at:%Y-%m-%d %H:%M:%SZ} {line.role} {line.actor_id}: {line.summary}\n"
        for line in lines
    )
    limits = view.model_dump(mode="json", include={"since", "until"}, exclude_none=True)
    rest = "".join(f"&{name}={quote(value)}" for name, value in limits.items())
    headers = {"Link": f'<?format=text&cursor={cursor}{rest}>; rel="next"'} if cursor else {}
    return PlainTextResponse(text, headers=headers)

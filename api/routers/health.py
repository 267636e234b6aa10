"""The doors of operators: alive, ready, and counted. They tell nothing of any incident."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from sqlalchemy import text

from api.platform import Doors
from api.problem_documents import problems

__all__ = ["router"]

router = APIRouter(tags=["operation"])

_TEMPORAL_ANSWERS_WITHIN = 1.5
_SELECT = text("SELECT 1")


class Alive(BaseModel):
    """The process runs."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The API takes requests; without Temporal, alerts and reports wait in the outbox."""

    status: Literal["ready"] = "ready"
    temporal: Literal["answers", "does not answer"] = Field(
        description="Reported, not required: alerts and reports are kept without it."
    )
    relays: bool = Field(description="Whether this process is the one that empties the outbox.")


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Alive:
    """Answer at all."""
    return Alive()


@router.get("/readyz", summary="Can requests be taken?", responses=problems(503))
async def readyz(doors: Doors) -> Ready:
    """Ask the database, which every door needs, and Temporal, which is only reported."""
    async with doors.reads.connect() as connection:
        await connection.execute(_SELECT)
    answers = False
    with suppress(TimeoutError):
        async with asyncio.timeout(_TEMPORAL_ANSWERS_WITHIN):
            answers = await doors.workflows.answers()
    temporal: Literal["answers", "does not answer"] = "answers" if answers else "does not answer"
    return Ready(temporal=temporal, relays=doors.relay.leads)


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
async def metrics(doors: Doors) -> Response:
    """Everything this process counts; key figures as they were computed after the last scrape."""
    doors.key_figures.want()
    content = await asyncio.to_thread(generate_latest, doors.metrics.registry)
    return Response(content, media_type=CONTENT_TYPE_LATEST)

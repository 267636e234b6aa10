"""The doors of the evidence log: checkpoint, tiles, entry bundles, proofs, as C2SP lays them out.

Checkpoint and hash tiles commit to content without holding any, so witnesses and monitors get them
without a token. Leaves name incidents: entry bundles and proofs are for those who judge them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import PlainTextResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from api.authentication import EVIDENCE_ROLES, allow
from api.platform import Doors
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from holdfast.domain.values import Identifier
from holdfast.evidence.log.tile_paths import TilePath, parse_tile_path
from holdfast.store.log.checkpoints import StoredCheckpoint, latest_checkpoint
from holdfast.store.log.cosignatures import cosignatures_of, cosigned_note
from holdfast.store.log.leaves import find_leaf
from holdfast.store.log.proofs import inclusion_proofs
from holdfast.store.log.publication import is_recorded
from holdfast.store.log.served_tiles import fetch_tile

__all__ = ["router"]

_PREFIX = "/v1/log"
_TILES = "application/octet-stream"
_ENTRIES = "entries"
_YEAR = 31_536_000
_ONE_BATCH = "1"
"""Seconds after which a record that waits is in the log, as long as the sequencer runs."""

_public = APIRouter(prefix=_PREFIX, tags=["evidence log"])
_protected = APIRouter(prefix=_PREFIX, tags=["evidence log"], route_class=StrictRoute)

_Auditing = Depends(allow(*EVIDENCE_ROLES))
_Number = Annotated[
    str, PathParameter(description="`x001/x234/067`, and `.p/<width>` of one not full.")
]


@_public.get(
    "/checkpoint",
    summary="Read the newest checkpoint",
    response_class=PlainTextResponse,
    responses=problems(404, 503),
)
async def get_checkpoint(doors: Doors) -> Response:
    """Read the newest signed checkpoint (C2SP tlog-checkpoint), with witnesses' cosignatures."""
    async with doors.reads.connect() as connection:
        checkpoint = await _newest(connection)
    return PlainTextResponse(checkpoint.note, headers={"Cache-Control": "no-cache"})


@_protected.get(
    "/tile/entries/{number:path}",
    summary="Read leaves",
    response_class=Response,
    dependencies=[_Auditing],
    responses={200: {"content": {_TILES: {}}}, **problems(401, 403, 404, 422, 503)},
)
async def get_entries(number: _Number, doors: Doors, request: Request) -> Response:
    """Read an entry bundle (C2SP tlog-tiles): up to 256 leaves, each after its length."""
    # A cache that many share must not hand out what one was let in for.
    return await _tile(doors, request, f"{_ENTRIES}/{number}", "private")


@_public.get(
    "/tile/{level}/{number:path}",
    summary="Read a tile",
    response_class=Response,
    responses={200: {"content": {_TILES: {}}}, **problems(404, 422, 503)},
)
async def get_tile(level: str, number: _Number, doors: Doors, request: Request) -> Response:
    """Read a tile of hashes (C2SP tlog-tiles): up to 256 of level 8 times L."""
    if level == _ENTRIES:
        raise Problem(DoorCode.NOT_FOUND, "there is no such level")
    return await _tile(doors, request, f"{level}/{number}", "public")


@_protected.get(
    "/proof/{record:path}",
    summary="Read a proof of inclusion",
    response_class=PlainTextResponse,
    dependencies=[_Auditing],
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def get_proof(
    record: Annotated[
        Identifier, PathParameter(description="A record's id, such as `incident/INC-…%2312`.")
    ],
    doors: Doors,
) -> Response:
    """Read the proof (C2SP tlog-proof) that a record is in the log, under the newest checkpoint."""
    async with doors.reads.connect() as connection:
        leaf = await find_leaf(connection, record)
        if leaf is None:
            raise _not_in_log(record, recorded=await is_recorded(connection, record))
        # Read after the leaf, it covers it: a leaf and its checkpoint are committed together.
        proofs = await inclusion_proofs(connection, [leaf.index], await _newest(connection))
    return PlainTextResponse(proofs[0].text, headers={"Cache-Control": "private, no-cache"})


async def _newest(connection: AsyncConnection) -> StoredCheckpoint:
    checkpoint = await latest_checkpoint(connection)
    if checkpoint is None:
        detail = "the log has no checkpoint yet: nothing has been put into it"
        raise Problem(DoorCode.NOT_FOUND, detail)
    cosignatures = await cosignatures_of(connection, checkpoint.size)
    return replace(checkpoint, note=cosigned_note(checkpoint.note, cosignatures))


async def _tile(doors: Doors, request: Request, path: str, shared: str) -> Response:
    found = parse_tile_path(path)
    content = None
    if found is not None and _is_spelt_so(request, found):
        async with doors.reads.connect() as connection:
            content = await fetch_tile(connection, found)
    if content is None:
        detail = f"the log has no tile {path[:100]}"
        raise Problem(DoorCode.NOT_FOUND, detail)
    # Of a partial tile too: what is named by its width never changes.
    lasting = {"Cache-Control": f"{shared}, max-age={_YEAR}, immutable"}
    return Response(content, media_type=_TILES, headers=lasting)


def _is_spelt_so(request: Request, path: TilePath) -> bool:
    """Whether the address as it was sent, before percent signs were read, is the tile's own."""
    sent: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return sent.partition(b"?")[0].endswith(f"{_PREFIX}/tile/{path.text}".encode())


def _not_in_log(record: str, *, recorded: bool) -> Problem:
    if recorded:
        detail = f"{record} is recorded, and not in the log yet"
        return Problem(DoorCode.NOT_PUBLISHED_YET, detail, headers={"Retry-After": _ONE_BATCH})
    return Problem(DoorCode.NOT_FOUND, f"there is no record {record}")


router = APIRouter()
# In this order: the way to the leaves must not be taken for a level of hashes.
router.include_router(_protected)
router.include_router(_public)

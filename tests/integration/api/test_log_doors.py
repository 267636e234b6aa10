"""The log's doors: enough for a stranger to rebuild the tree, and not a byte more."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import asyncpg
import pytest
import pytest_asyncio

from holdfast.domain.values import canonical_json
from holdfast.evidence.log.checkpoint import Checkpoint, open_checkpoint
from holdfast.evidence.log.merkle import leaf_hash, root_of
from holdfast.evidence.log.proof_file import verify_proof_file
from holdfast.evidence.log.tiles import (
    TILE_WIDTH,
    edge_tiles,
    entry_bundle,
    extend,
    hashes_in,
    leaves_of_bundle,
    root_of_edges,
    tile_number_path,
)
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.evidence import append
from tests.api_doors import Doors
from tests.incident_at_work import new_incident_id
from tests.integration.test_evidence_store import entries, whole_incident
from tests.sequenced import log_verifiers, sequence
from tests.walk import Walk

_YEAR = "max-age=31536000, immutable"


async def get(doors: Doors, path: str, person: str | None = None) -> bytes:
    """Read below /v1/log, which must be there."""
    headers = {"Authorization": f"Bearer {doors.tokens[person].token}"} if person else {}
    answer = await doors.client.get(f"/v1/log/{path}", headers=headers)
    assert answer.status_code == 200, (path, answer.text)
    return answer.content


async def status(doors: Doors, path: str, person: str | None = None) -> int:
    """How a path below /v1/log is answered."""
    headers = {"Authorization": f"Bearer {doors.tokens[person].token}"} if person else {}
    return (await doors.client.get(f"/v1/log/{path}", headers=headers)).status_code


@pytest_asyncio.fixture(scope="module")
async def grown(doors: Doors, installation: Settings) -> Doors:
    """Doors before a log of several hundred leaves under several checkpoints."""
    assert await status(doors, "checkpoint") == 404
    for _ in range(14):
        await append(doors.platform.engine, whole_incident())
    await sequence(installation, limit=190)
    return doors


async def checkpoint_of(doors: Doors, settings: Settings) -> Checkpoint:
    """The newest checkpoint, verified."""
    return open_checkpoint((await get(doors, "checkpoint")).decode(), log_verifiers(settings))


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, number and width of every tile of a tree of that size."""
    level, count = 0, size
    while count:
        yield from ((level, number, TILE_WIDTH) for number in range(count // TILE_WIDTH))
        if width := count % TILE_WIDTH:
            yield level, count // TILE_WIDTH, width
        level, count = level + 1, count // TILE_WIDTH


def path_of(level: int | str, number: int, width: int) -> str:
    """Where a tile is."""
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{tile_number_path(number)}{partial}"


async def test_a_stranger_rebuilds_the_root_from_hash_tiles(
    grown: Doors, installation: Settings
) -> None:
    """A C2SP client without a token: checkpoint, tiles, and every inner tile checked on the way."""
    checkpoint = await checkpoint_of(grown, installation)
    assert checkpoint.size > 2 * TILE_WIDTH
    tiles = {
        (level, number): await get(grown, path_of(level, number, width))
        for level, number, width in tiles_of(checkpoint.size)
    }
    for (level, number), tile in tiles.items():
        if len(hashes_in(tile)) == TILE_WIDTH:
            above = hashes_in(tiles[level + 1, number // TILE_WIDTH])
            assert above[number % TILE_WIDTH] == root_of(hashes_in(tile))
    edges = [tiles[tile] for tile, _ in edge_tiles(checkpoint.size)]
    assert root_of_edges(edges) == checkpoint.root


async def test_an_auditor_rebuilds_the_whole_log_from_its_leaves(
    grown: Doors, installation: Settings
) -> None:
    """Leaves give the root; and made of them, every tile is byte for byte the one at the door."""
    checkpoint = await checkpoint_of(grown, installation)
    leaves: list[bytes] = []
    for level, number, width in tiles_of(checkpoint.size):
        if level == 0:
            bundle = await get(grown, path_of("entries", number, width), "auditor")
            found = leaves_of_bundle(bundle)
            assert len(found) == width
            assert entry_bundle(found) == bundle
            leaves += found
    whole = extend(0, {}, [leaf_hash(leaf) for leaf in leaves])
    assert (whole.size, whole.root) == (checkpoint.size, checkpoint.root)
    for level, number, width in tiles_of(checkpoint.size):
        golden = whole.tiles[level, number]
        assert await get(grown, path_of(level, number, width)) == golden
        if level == 0:
            for partial in {1, width // 2, width - 1} - {0}:
                served = await get(grown, path_of(0, number, partial))
                assert served == golden[: partial * 32]


async def test_every_record_has_a_proof(grown: Doors, installation: Settings) -> None:
    """Under the newest checkpoint, and about exactly that record."""
    known = log_verifiers(installation)
    rows = await grown.rows("SELECT entry_id, leaf_hash FROM evidence.log_entry ORDER BY index")
    for row in rows[:: len(rows) // 20]:
        path = f"proof/{quote(row.entry_id)}"
        proof = (await get(grown, path, "auditor")).decode()
        assert verify_proof_file(proof, bytes(row.leaf_hash), known)
        assert not verify_proof_file(proof, leaf_hash(canonical_json(row.entry_id)), known)
        assert proof.endswith((await get(grown, "checkpoint")).decode())


async def test_a_record_that_waits_is_not_published_yet(
    grown: Doors, installation: Settings
) -> None:
    """It says when to ask again; once in the log, it has its proof."""
    walk = Walk(new_incident_id())
    walk.to_triage()
    waiting = entries(walk)
    await append(grown.platform.engine, waiting)
    path = f"/v1/log/proof/{quote(waiting[0].id)}"
    answer = await grown.call("GET", path, "auditor")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:holdfast:problem:not_published_yet"
    assert int(answer.headers["Retry-After"]) >= 1
    await sequence(installation)
    assert (await grown.call("GET", path, "auditor")).status_code == 200


@pytest.mark.parametrize("record", ["incident/INC-2026-000000000000#0", "x"])
async def test_an_unknown_record_has_no_proof(grown: Doors, record: str) -> None:
    """Not found."""
    assert await status(grown, f"proof/{quote(record)}", "auditor") == 404


@pytest.mark.parametrize("record", ["a%00b", "%23", "a'b", "x" * 201])
async def test_what_is_no_record_id_is_wrong_input(grown: Doors, record: str) -> None:
    """Refused before the database is asked."""
    assert await status(grown, f"proof/{record}", "auditor") == 422


async def test_cosignatures_follow_the_logs_own_line(grown: Doors, installation: Settings) -> None:
    """Those of the newest checkpoint, each a line; the note is still a checkpoint."""
    plain = (await get(grown, "checkpoint")).decode()
    size = Checkpoint.parse(plain.split("\n\n")[0] + "\n").size
    line = "— witness.example/w1 AAAAAAECAwQFBgcICQ=="
    await _insert(
        installation,
        "INSERT INTO evidence.checkpoint_cosignature (size, witness, line) VALUES ($1, $2, $3)",
        *(size, "witness.example/w1", line),
    )
    assert (await get(grown, "checkpoint")).decode() == f"{plain}{line}\n"
    await checkpoint_of(grown, installation)


async def _insert(settings: Settings, statement: str, *values: object) -> None:
    connection = await asyncpg.connect(database_urls(settings).sequencer)
    await connection.execute(statement, *values)
    await connection.close()


@pytest.mark.parametrize(
    ("path", "person", "media_type", "caching"),
    [
        ("checkpoint", None, "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/000", None, "application/octet-stream", f"public, {_YEAR}"),
        ("tile/0/001.p/3", None, "application/octet-stream", f"public, {_YEAR}"),
        ("tile/entries/000", "auditor", "application/octet-stream", f"private, {_YEAR}"),
        ("tile/entries/001.p/3", "auditor", "application/octet-stream", f"private, {_YEAR}"),
    ],
)
async def test_what_never_changes_may_be_kept_for_ever(
    grown: Doors, path: str, person: str | None, media_type: str, caching: str
) -> None:
    """Tiles are, in shared caches unless they need a token; a checkpoint is asked for anew."""
    headers = {"Authorization": f"Bearer {grown.tokens[person].token}"} if person else {}
    answer = await grown.client.get(f"/v1/log/{path}", headers=headers)
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Cache-Control"] == caching


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/entries/999", "proof/incident/x%230"])
@pytest.mark.parametrize(("person", "expected"), [(None, 401), ("responder", 403)])
async def test_leaves_and_proofs_are_for_those_who_judge(
    grown: Doors, path: str, person: str | None, expected: int
) -> None:
    """Whether there is anything or not."""
    assert await status(grown, path, person) == expected


@pytest.mark.parametrize("door", ["tile/0/", "tile/entries/"])
@pytest.mark.parametrize(
    "rest",
    [
        "",
        "0",
        "0000",
        "x000/000",
        "x001/000",
        "000/",
        "/000",
        "000.p",
        "000.p/",
        "000.p/0",
        "000.p/01",
        "000.p/256",
        "000.p/-1",
        "000.p/1/",
        "000.p%2F1",
        "%30%30%30",
        "x000%2F000",
        "..%2F0%2F000",
        "000%00",
        "000%0A",
        "\u0660\u0660\u0660",
        "999",
        "999.p/1",
        "x999/x999/x999/x999/x999/x999/999",
        "x009/x223/x372/x036/x854/x775/807",
        "x036/x028/x797/x018/x963/967.p/1",
    ],
)
async def test_only_the_one_path_of_a_tile_leads_to_it(grown: Doors, door: str, rest: str) -> None:
    """Anything else is not there."""
    sent = f"/v1/log/{door}{rest}"
    answer = await grown.call("GET", sent, "auditor")
    if answer.status_code == 200:
        assert answer.request.url.raw_path in {
            b"/v1/log/tile/0/000",
            b"/v1/log/tile/0/000?.p/1",
        } | {b"/v1/log/tile/entries/000?.p/1"}
    else:
        assert answer.status_code == 404, answer.text


async def test_a_partial_tile_is_there_as_far_as_the_log_goes(
    grown: Doors, installation: Settings
) -> None:
    """Every width up to the newest leaf, and none beyond it."""
    size = (await checkpoint_of(grown, installation)).size
    number, width = divmod(size, TILE_WIDTH)
    for level in ("0", "entries"):
        for asked in {1, width} - {0}:
            assert await status(grown, path_of(level, number, asked), "auditor") == 200
        assert await status(grown, path_of(level, number, width + 1), "auditor") == 404
        assert await status(grown, path_of(level, number, TILE_WIDTH), "auditor") == 404
        assert await status(grown, path_of(level, number - 1, 17), "auditor") == 200

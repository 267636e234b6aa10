"""Go's own implementation of notes, tiles and proofs verifies an exported log of ours.

`make cross-check` brings Go along and runs this; elsewhere it is skipped.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.evidence.log.tile_paths import TilePath
from holdfast.evidence.log.tiles import TILE_WIDTH, entry_bundle, hashes_in
from holdfast.store.database import create_engine
from holdfast.store.log.checkpoints import checkpoint_of_size
from holdfast.store.log.leaves import leaves_between
from holdfast.store.log.proofs import consistency_proof, inclusion_proofs
from tests.fresh_log import SIGNER, FreshLog

_PROGRAM = Path(__file__).resolve().parents[2] / "go_cross_check" / "main.go"
_MODULE = Path("/usr/share/gocode/src/golang.org/x/mod")
_GO = shutil.which("go", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
_MISSING = (
    "there is no Go here: run `make cross-check`"
    if _GO is None
    else None
    if _MODULE.is_dir()
    else "Go's module golang.org/x/mod is not here: install Debian's golang-golang-x-mod-dev"
)

pytestmark = [pytest.mark.go, pytest.mark.skipif(_MISSING is not None, reason=str(_MISSING))]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The verifier in Go, built without any download."""
    folder = tmp_path_factory.mktemp("go")
    shutil.copy(_PROGRAM, folder)
    (folder / "go.mod").write_text(
        "module holdfast.example/cross-check\n\ngo 1.21\n\n"
        f"require golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => {_MODULE}\n"
    )
    built = subprocess.run(
        [str(_GO), "build", "-o", "cross-check", "."],
        cwd=folder,
        env={
            **os.environ,
            "GOFLAGS": "-mod=mod",
            "GOPROXY": "off",
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder / "cross-check"


def verified(program: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """What the verifier says of an exported log."""
    return subprocess.run([program, folder], capture_output=True, text=True, check=False)


def survives_a_change(program: Path, path: Path) -> bool:
    """Whether the verifier believes the export though a bit in the middle of a file is another."""
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    folder = next(parent for parent in path.parents if (parent / "vkey").exists())
    believed = verified(program, folder).returncode == 0
    path.write_bytes(content)
    return believed


def put(folder: Path, name: str, content: bytes | str) -> None:
    """Write a file of the export."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


async def export(log: FreshLog, folder: Path, *, old: int, new: int, step: int) -> None:
    """Write the log of `new` leaves, its growth from `old`, and a proof of every `step`th leaf."""
    engine = create_engine(log.urls.application, pool_size=1)
    async with engine.connect() as connection:
        latest = await checkpoint_of_size(connection, new)
        earlier = await checkpoint_of_size(connection, old)
        put(folder, "vkey", f"{SIGNER.verifier.vkey}\n")
        put(folder, "checkpoint", latest.note)
        put(folder, "checkpoint.previous", earlier.note)
        growth = await consistency_proof(connection, earlier, latest)
        put(folder, "consistency", "".join(f"{base64.b64encode(h).decode()}\n" for h in growth))
        for proof in await inclusion_proofs(connection, range(0, new, step), latest):
            put(folder, f"proofs/{proof.index}.tlog-proof", proof.text)
        await export_tiles(connection, folder)
        await export_leaves(connection, folder, new)
    await engine.dispose()


async def export_tiles(connection: AsyncConnection, folder: Path) -> None:
    """Write every tile by its path."""
    rows = await connection.execute(text("SELECT level, number, hashes FROM evidence.tile"))
    for row in rows:
        path = TilePath(row.level, row.number, len(hashes_in(row.hashes)))
        put(folder, f"tile/{path.text}", row.hashes)


async def export_leaves(connection: AsyncConnection, folder: Path, size: int) -> None:
    """Write every entry bundle by its path."""
    for first in range(0, size, TILE_WIDTH):
        leaves = await leaves_between(connection, first, min(size, first + TILE_WIDTH))
        path = TilePath(None, first // TILE_WIDTH, len(leaves))
        put(folder, f"tile/{path.text}", entry_bundle(leaf.leaf for leaf in leaves))


async def test_go_verifies_what_we_write(log: FreshLog, program: Path, tmp_path: Path) -> None:
    """A log with three rows of tiles: checkpoints, every tile and leaf, its growth, and proofs."""
    await log.write("INC-1", *range(66_000))
    while await log.sequence():
        pass
    await export(log, tmp_path, old=20_000, new=66_000, step=1_000)
    said = verified(program, tmp_path)
    assert said.returncode == 0, said.stderr
    assert said.stdout == "leaves 66000 proofs 66\n"


async def test_go_refuses_a_change_of_one_bit_in_any_file(
    log: FreshLog, program: Path, tmp_path: Path
) -> None:
    """In the middle of each file of the export, one after the other."""
    await log.write("INC-1", *range(600))
    while await log.sequence(limit=350):
        pass
    await export(log, tmp_path, old=350, new=600, step=50)
    assert verified(program, tmp_path).returncode == 0
    believed = [path.name for path in files_in(tmp_path) if survives_a_change(program, path)]
    assert believed == []
    assert verified(program, tmp_path).returncode == 0


def files_in(folder: Path) -> list[Path]:
    """All files of an export: four at its top, twelve proofs, four tiles, three bundles."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) == 4 + 12 + 4 + 3
    return files

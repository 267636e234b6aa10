"""`holdfast export`: a bundle appears complete or not at all, and nothing is ever overwritten."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.settings import Settings, environment_of
from tests.closed_incidents import ClosedIncident
from tests.exported import records_of, verdict_on
from tests.growing_log import sequencing
from tests.integration.test_evidence_store import count

_REFUSED, _UNAVAILABLE = 2, 3


@pytest_asyncio.fixture
async def sequencer(installation: Settings, incident: ClosedIncident) -> AsyncIterator[None]:
    """A sequencer that runs."""
    del incident
    async with sequencing(installation):
        yield


async def export(settings: Settings, folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the command in that folder; return its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "holdfast.cli.main", "export", *arguments),
        env={**os.environ, **environment_of(settings)},
        cwd=folder,
        stdout=PIPE,
        stderr=PIPE,
    )
    printed, errors = await process.communicate()
    return process.returncode or 0, printed.decode(), errors.decode()


def leftovers(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("sequencer")
async def test_a_bundle_is_written_and_says_how_to_verify_it(
    installation: Settings, incident: ClosedIncident, vkey: str, tmp_path: Path
) -> None:
    """By the system, for the account that runs the command."""
    code, printed, errors = await export(
        installation, tmp_path, incident.incident_id, "--purpose=a"
    )
    assert code == 0, errors
    (name,) = leftovers(tmp_path)
    path = tmp_path / name
    assert name.startswith(f"{incident.incident_id}-evidence-")
    assert printed.startswith(f"{name}\nSHA-256 ")
    assert f"--vkey '{vkey}' {name}" in printed
    archive = path.read_bytes()
    assert verdict_on(archive, tmp_path, "--vkey", vkey).exit_code == 0
    manifest = records_of(archive)[-1]
    assert manifest.event.actor.id == "system"
    assert manifest.event.payload["operator"]
    assert manifest.id in printed


@pytest.mark.usefixtures("sequencer")
async def test_a_folder_verifies_itself(
    installation: Settings, incident: ClosedIncident, vkey: str, tmp_path: Path
) -> None:
    """With the verifier in it, as the command prints it."""
    arguments = (incident.incident_id, "--purpose=a", "--folder", "--to", "deep/bundle")
    code, _, errors = await export(installation, tmp_path, *arguments)
    assert code == 0, errors
    assert leftovers(tmp_path / "deep") == ["bundle"]
    verifier = tmp_path / "deep" / "bundle" / "verify_evidence.py"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(verifier), "--vkey", vkey, stdout=PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.usefixtures("sequencer")
async def test_an_earlier_export_is_made_again(
    installation: Settings, bank: AsyncEngine, incident: ClosedIncident, tmp_path: Path
) -> None:
    """The same bytes, and nothing is recorded."""
    await export(installation, tmp_path, incident.incident_id, "--purpose=a", "--to=one.zip")
    manifest = records_of((tmp_path / "one.zip").read_bytes())[-1].id
    before = await count(bank, incident.incident_id)
    arguments = (incident.incident_id, "--manifest", manifest, "--to=two.zip")
    assert (await export(installation, tmp_path, *arguments))[0] == 0
    assert (tmp_path / "two.zip").read_bytes() == (tmp_path / "one.zip").read_bytes()
    assert await count(bank, incident.incident_id) == before


@pytest.mark.parametrize("there", ["a file", "a folder", "a broken link"])
async def test_nothing_is_overwritten(
    installation: Settings, bank: AsyncEngine, incident: ClosedIncident, tmp_path: Path, there: str
) -> None:
    """It is refused before anything is recorded."""
    place = tmp_path / "bundle.zip"
    if there == "a file":
        place.write_text("precious")
    elif there == "a folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path / "nowhere")
    before = await count(bank, incident.incident_id)
    arguments = (incident.incident_id, "--purpose=a", "--to=bundle.zip")
    code, _, errors = await export(installation, tmp_path, *arguments)
    assert (code, "nothing is overwritten" in errors) == (_REFUSED, True)
    assert await count(bank, incident.incident_id) == before
    assert leftovers(tmp_path) == ["bundle.zip"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--purpose= ",),
        ("--purpose=a", "--withhold=no.such"),
        ("--purpose=a", "--withhold=evidence.exported"),
        ("--purpose=a", "--previous=999999999"),
        ("--purpose=a", "--manifest=export/x#0"),
        ("--manifest=export/x#0",),
        ("--purpose=a", "--to=/proc/none/bundle.zip"),
    ],
)
@pytest.mark.usefixtures("sequencer")
async def test_what_cannot_be_done_leaves_nothing_behind(
    installation: Settings, incident: ClosedIncident, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """One sentence, and the exit code of a refusal."""
    code, printed, errors = await export(installation, tmp_path, incident.incident_id, *arguments)
    assert (code, printed) == (_REFUSED, ""), errors
    assert len(errors.splitlines()) == 1
    assert leftovers(tmp_path) == []


async def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    """And not with a traceback."""
    nowhere = Settings(state_folder=tmp_path / "none")
    code, _, errors = await export(nowhere, tmp_path, "INC-2026-000001", "--purpose=a")
    assert code == _UNAVAILABLE
    assert "the database does not answer" in errors

"""That what stands in the way is named, with how to mend it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from holdfast.errors import StackError
from holdfast.evidence.log_keys import LogKeys
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.stack.doctor import Finding, examine
from holdfast.stack.log_findings import (
    checkpoint_file_finding,
    evidence_log_finding,
    log_keys_finding,
)
from holdfast.stack.ports import Port, check_ports, is_taken
from tests.growing_log import open_log_of, own_log_settings
from tests.real_parts import free_port

_HOST = "127.0.0.1"


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.create_server((_HOST, 0)) as server:
        port: int = server.getsockname()[1]
        yield port


def test_taken_port_is_named_with_its_setting_and_who_has_it(taken_port: int) -> None:
    """The error is enough to act on."""
    with pytest.raises(StackError) as refused:
        check_ports(_HOST, (Port(taken_port, "the API", "HOLDFAST_API_PORT"),))

    message = refused.value.message
    assert f"port {taken_port} on {_HOST}, for the API, is taken" in message
    assert f"process {os.getpid()}" in message
    assert "HOLDFAST_API_PORT" in message


def test_one_port_for_two_parts_is_refused() -> None:
    """The second part would fail later, and less clearly."""
    port = free_port()
    both = (Port(port, "the API", "HOLDFAST_API_PORT"), Port(port, "Temporal", "HOLDFAST_T"))

    with pytest.raises(StackError, match="both the API and Temporal"):
        check_ports(_HOST, both)


def test_port_that_rests_after_its_use_is_free(taken_port: int) -> None:
    """A restart need not wait for connections that have ended."""
    with socket.create_connection((_HOST, taken_port)):
        assert is_taken(_HOST, taken_port)
    assert not is_taken(_HOST, free_port())


async def test_doctor_says_how_to_mend_an_installation_that_does_not_run(
    tmp_path: Path, taken_port: int
) -> None:
    """Each failing line comes with what to do; those that need no server are well."""
    tokens = tmp_path / "tokens.json"
    tokens.write_text("{}")
    tokens.chmod(0o644)
    findings = await _findings(
        Settings(state_folder=tmp_path, api_port=taken_port, temporal_port=free_port())
    )

    assert findings["Python"].ok
    assert findings["program postgres"].ok
    assert findings["program temporal"].ok
    assert findings["state folder"].ok
    assert findings["access tokens"].mend == f"chmod 600 {tokens}"
    assert "HOLDFAST_API_PORT" in (findings[f"port {taken_port}"].mend or "")
    for subject in ("database", "clock", "evidence log", "Temporal", "search attributes"):
        finding = findings[subject]
        assert not finding.ok
        assert "holdfast up" in finding.detail + (finding.mend or "")


async def test_doctor_finds_the_running_parts_well(
    settings: Settings, postgres: DatabaseUrls, temporal: Client
) -> None:
    """Database reachable and migrated, clocks together, search attributes registered."""
    del postgres, temporal
    findings = await _findings(settings)

    for subject in ("database", "clock", "evidence log", "Temporal", "search attributes"):
        assert findings[subject].ok, findings[subject]


def test_doctor_finds_keys_that_others_may_read_and_keys_that_are_gone(tmp_path: Path) -> None:
    """Whoever reads a key of the log can write a log."""
    settings = Settings(state_folder=tmp_path)
    assert log_keys_finding(settings).ok, "where no sequencer runs, there are none"

    LogKeys(settings.log_keys_folder, settings.log_origin).create_first()
    assert log_keys_finding(settings).ok
    (key,) = settings.log_keys_folder.glob("*.ed25519")
    key.chmod(0o640)
    assert log_keys_finding(settings).mend == f"chmod 600 {key}"
    key.unlink()
    assert log_keys_finding(settings).mend == "restore it from its backup"


def test_doctor_finds_where_checkpoints_go(tmp_path: Path) -> None:
    """Before the first one too."""
    settings = Settings(state_folder=tmp_path / "not" / "yet")
    assert "first checkpoint" in checkpoint_file_finding(settings).detail
    settings.checkpoint_file.parent.mkdir(parents=True)
    settings.checkpoint_file.write_text("")
    assert checkpoint_file_finding(settings).ok
    in_a_file = Settings(state_folder=settings.checkpoint_file)
    assert "cannot be written" in checkpoint_file_finding(in_a_file).detail


async def test_doctor_finds_what_is_wrong_with_the_log(
    settings: Settings, postgres: DatabaseUrls
) -> None:
    """Its name, and the rights of the role that is to write it."""
    del postgres
    own = await own_log_settings(settings)
    async with open_log_of(own) as log:
        await log.grow(3)
        assert "3 leaves" in (await evidence_log_finding(own)).detail

    renamed = own.model_copy(update={"log_origin": "another/name"})
    assert (await evidence_log_finding(renamed)).mend == f"set HOLDFAST_LOG_ORIGIN={own.log_origin}"
    assert own.database_url is not None
    auditor = own.database_url.replace("holdfast_app@", "holdfast_auditor@")
    stranger = own.model_copy(update={"sequencer_database_url": auditor})
    assert "holdfast_sequencer" in ((await evidence_log_finding(stranger)).mend or "")
    shutil.rmtree(own.state_folder)


async def _findings(settings: Settings) -> dict[str, Finding]:
    return {finding.subject: finding for finding in await examine(settings)}

"""That the embedded PostgreSQL survives being killed, and lets nobody else in."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from holdfast.errors import StackError
from holdfast.stack.embedded_postgres import EmbeddedPostgres, embedded_url
from holdfast.stack.postgres_home import (
    ServerUser,
    home_of,
    open_home,
    open_socket_folder,
    programs,
    socket_folder,
)
from tests.real_parts import new_state_folder, running


@pytest.fixture
def state_folder() -> Iterator[Path]:
    """A state folder of the test's own."""
    folder = new_state_folder()
    yield folder
    shutil.rmtree(folder)


async def test_committed_rows_survive_kill_9_of_the_server(state_folder: Path) -> None:
    """Its backends are still there when the next start begins; it waits for them and recovers."""
    server = EmbeddedPostgres(state_folder)
    await server.prepare()
    async with running("postgres", server.launch, state_folder, server.is_ready) as first:
        await server.create_database()
        connection = await asyncpg.connect(embedded_url(state_folder, "postgres"))
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(first.pid, signal.SIGKILL)
        await server.prepare()
        async with running("postgres", server.launch, state_folder, server.is_ready):
            again = await asyncpg.connect(embedded_url(state_folder, "postgres"))
            assert await again.fetchval("SELECT answer FROM kept") == 42
            await again.close()
        connection.terminate()


async def test_server_that_lost_its_supervisor_is_ended_before_the_next(
    state_folder: Path,
) -> None:
    """A second server on the same data never runs beside the first."""
    server = EmbeddedPostgres(state_folder)
    await server.prepare()
    async with running("postgres", server.launch, state_folder, server.is_ready) as first:
        await server.prepare()
        assert await first.wait() == 0


async def test_only_its_own_user_may_enter_the_socket_folder(state_folder: Path) -> None:
    """Connecting needs no password; this permission is what stands instead of one."""
    server = EmbeddedPostgres(state_folder)
    await server.prepare()
    found = socket_folder(home_of(state_folder)).stat()

    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == ServerUser.find().uid


async def test_state_folder_with_a_long_path_still_gets_a_server() -> None:
    """A socket's path is short; the state folder's need not be."""
    parent = new_state_folder()
    state_folder = parent / ("long" * 30)
    state_folder.mkdir(mode=0o711)
    server = EmbeddedPostgres(state_folder)
    await server.prepare()
    elsewhere = socket_folder(home_of(state_folder))
    async with running("postgres", server.launch, state_folder, server.is_ready):
        assert await server.is_ready()
        assert state_folder not in elsewhere.parents
    shutil.rmtree(parent)
    elsewhere.rmdir()


def test_socket_folder_made_by_somebody_else_is_not_used(tmp_path: Path) -> None:
    """In a shared folder anybody may have put something there first."""
    (tmp_path / "socket").write_text("mine")

    with pytest.raises(StackError, match="another user"):
        open_socket_folder(tmp_path, ServerUser.find())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")
def test_database_moves_out_of_a_folder_that_its_user_cannot_reach(state_folder: Path) -> None:
    """The state folder keeps a link; nobody's permissions are changed."""
    closed = state_folder / "closed"
    closed.mkdir(mode=0o700)
    home = open_home(closed, ServerUser.find())

    assert (closed / "postgres").is_symlink()
    assert home == home_of(closed)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    home.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")
def test_programs_are_copied_out_of_an_environment_that_the_user_cannot_reach(
    state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual environment below /root is closed to the server's user; its copy runs."""
    monkeypatch.setattr("holdfast.stack.postgres_home._is_reachable", lambda _path: False)
    folder = programs(state_folder, ServerUser.find())
    monkeypatch.undo()

    assert state_folder in folder.parents
    assert programs(state_folder, ServerUser(os.geteuid(), os.getegid())) != folder
    assert os.spawnv(os.P_WAIT, folder / "postgres", ["postgres", "--version"]) == 0

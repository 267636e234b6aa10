"""Commands as real processes: what they are given, what they leave, and how they are ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from holdfast.automation import Order
from holdfast.automation.automation import MOST_OUTPUT
from holdfast.domain.automation.outcome import AutomationState
from tests.automations import command, configured, content_of, process_ends, ran

SUCCEEDED, FAILED = AutomationState.SUCCEEDED, AutomationState.FAILED
UNKNOWN = AutomationState.UNKNOWN

SHOWS = """
import json, os, sys
print(json.dumps([sys.argv[1:], os.getcwd(), sys.stdin.read()]))
"""
FAMILY = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path("child").write_text(str(child.pid))
print("begun", flush=True)
time.sleep({seconds})
"""
WORKER = """
import asyncio, sys
from pathlib import Path
from tests.automations import configured, ran, command
asyncio.run(ran(configured(Path(sys.argv[1]), command(sys.argv[2], folder=sys.argv[1]))))
"""


@pytest.mark.parametrize(
    "word",
    ["web-1", "; rm -rf /", "$(id)", "`id`", "a b", "'\"", "a\nb", "--option", "*", "{python}", ""],
)
async def test_a_word_arrives_as_one_argument_whatever_it_is(tmp_path: Path, word: str) -> None:
    """No shell looks at it; here nothing else has looked at it either."""
    shows = configured(tmp_path, command(SHOWS, "word"))
    done = await ran(shows, word=word)

    assert json.loads(str(done.output and done.output.decode()))[0] == [word]


async def test_a_command_sees_what_is_declared_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No variable of the worker, no input, one folder, and the key under which it is done."""
    monkeypatch.setenv("HOLDFAST_DATABASE_PASSWORD", "of the worker")
    shown = await ran(configured(tmp_path, command(SHOWS)))
    arguments, folder, given = json.loads(str(shown.output and shown.output.decode()))
    assert (arguments, given) == ([], "")
    assert folder == str(tmp_path / "state" / "automation" / "it")

    declared = command("", environment={"MODE": "quiet"}, key_variable="KEY")
    done = await ran(configured(tmp_path, {**declared, "command": ["/usr/bin/env"]}))
    assert done.output == b"MODE=quiet\nKEY=step/key/1\n"


@pytest.mark.parametrize(
    ("script", "state", "status"),
    [
        ("print('done')", SUCCEEDED, 0),
        ("raise SystemExit(3)", FAILED, 3),
        ("raise SystemExit(7)", SUCCEEDED, 7),
        ("import os; os.kill(os.getpid(), 9)", UNKNOWN, None),
        ("import os; os.kill(os.getpid(), 15)", UNKNOWN, None),
    ],
)
async def test_how_it_ends_says_what_became_of_it(
    tmp_path: Path, script: str, state: AutomationState, status: int | None
) -> None:
    """Its exit status; nobody knows how far it came that a signal has ended."""
    done = await ran(configured(tmp_path, command(script, succeeds_with=[0, 7])))

    assert (done.state, done.exit_status) == (state, status)


async def test_the_dry_run_is_a_command_of_its_own(tmp_path: Path) -> None:
    """The other one is not begun."""
    done_file = tmp_path / "done"
    tries = configured(tmp_path, command(f"open({str(done_file)!r}, 'w')"))
    done = await tries.dry_run(Order("step/key/dry-1", {}, 10), lambda _words: None)

    assert (done.state, done.output) == (SUCCEEDED, b"tried\n")
    assert not done_file.exists()


async def test_what_hangs_is_ended_with_all_that_it_has_begun(tmp_path: Path) -> None:
    """After its time; what it had said until then is kept."""
    beats: list[str] = []
    hangs = configured(tmp_path, command(FAMILY.format(seconds=60), folder=str(tmp_path)))
    begun = time.monotonic()
    done = await ran(hangs, 1.2, beats)

    assert (done.state, done.summary) == (UNKNOWN, "it was stopped after 1.2 s")
    assert done.output == b"begun\n"
    assert time.monotonic() - begun < 4
    assert await process_ends(int((tmp_path / "child").read_text()))
    assert beats[-1] == "running for 1 s, 6 bytes of output"


async def test_what_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked first."""
    monkeypatch.setattr("holdfast.automation.command._ENDS_WITHIN_SECONDS", 0.3)
    script = "import os, signal, time; signal.signal(15, lambda *_: print('no', flush=True))\n"
    script += "open('number', 'w').write(str(os.getpid()))\nwhile True: time.sleep(1)"
    deaf = configured(tmp_path, command(script, folder=str(tmp_path)))
    done = await ran(deaf, 0.5)

    assert (done.state, done.output) == (UNKNOWN, b"no\n")
    assert await process_ends(int((tmp_path / "number").read_text()))


async def test_what_is_left_behind_is_ended_as_well(tmp_path: Path) -> None:
    """Though it holds the output open, it holds up nobody."""
    leaves = configured(tmp_path, command(FAMILY.format(seconds=0), folder=str(tmp_path)))
    done = await ran(leaves)

    assert done.state is SUCCEEDED
    assert await process_ends(int((tmp_path / "child").read_text()))


async def test_a_cancellation_leaves_nothing_running(tmp_path: Path) -> None:
    """When it returns, the command has ended."""
    hangs = configured(tmp_path, command(FAMILY.format(seconds=60), folder=str(tmp_path)))
    running = asyncio.ensure_future(ran(hangs))
    number = int(await content_of(tmp_path / "child"))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert await process_ends(number)


async def test_a_worker_that_is_killed_takes_its_command_along(tmp_path: Path) -> None:
    """Though a killed process can end nothing any more."""
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WORKER, str(tmp_path), FAMILY.format(seconds=60)),
        cwd=Path(__file__).parents[3],
    )
    number = int(await content_of(tmp_path / "child"))
    os.kill(worker.pid, signal.SIGKILL)
    await worker.wait()

    assert await process_ends(number)


async def test_a_flood_is_cut_and_holds_up_nobody(tmp_path: Path) -> None:
    """Its beginning is kept, and how much there was."""
    floods = configured(tmp_path, command("import sys; sys.stdout.write('x' * 3_000_000)"))
    done = await ran(floods)
    output = done.output or b""

    assert (done.state, done.summary) == (SUCCEEDED, "exit status 0, 3000000 bytes of output")
    assert output.startswith(b"x" * MOST_OUTPUT + b"\n[cut: 3000000 bytes")
    assert len(output) < MOST_OUTPUT + 100


async def test_no_secret_is_kept_though_the_command_says_it(tmp_path: Path) -> None:
    """It gets it as a variable, from a file; not even a part of it is kept at the cut."""
    (tmp_path / "token").write_text("t0k3n-of-the-switch\n")
    script = f"import os; print('x' * {MOST_OUTPUT - 5} + os.environ['TOKEN'])"
    says = configured(tmp_path, command(script, secrets={"TOKEN": str(tmp_path / "token")}))
    done = await ran(says)

    assert done.state is SUCCEEDED
    assert b"t0k3n" not in (done.output or b"")
    assert "t0k3n" not in repr(done)


async def test_what_cannot_be_started_has_failed(tmp_path: Path) -> None:
    """Nothing was done, and that is known: no program, no secret, no form that can run."""
    away = configured(tmp_path, command("pass", secrets={"TOKEN": str(tmp_path / "none")}))
    assert (await ran(away)).state is FAILED

    program = tmp_path / "program"
    program.write_text("\0 of no known form")
    program.chmod(0o700)
    arguments = {"command": [str(program)], "dry_run": [str(program), "-n"]}
    done = await ran(configured(tmp_path, {"kind": "command", "title": "Fail", **arguments}))
    assert (done.state, done.exit_status) == (FAILED, 126)
    assert b"could not be started" in (done.output or b"")

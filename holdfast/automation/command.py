"""A command of the configuration: never a shell, its own process group, ended as a whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from holdfast.automation.automation import Beat, Done, Order, line_of
from holdfast.automation.command_output import CutOutput
from holdfast.automation.configuration import PYTHON, CommandSettings
from holdfast.automation.parameters import filled, refusal_of
from holdfast.automation.secret_files import SecretAway, fault_of_secrets, read_secrets
from holdfast.domain.automation.outcome import AutomationState

__all__ = ["CommandAutomation"]

_ENDS_WITHIN_SECONDS = 2.0
"""How long a process group is given to end by itself, once it is told to."""

_BEAT_SECONDS = 1.0
_GUARD = (sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py")))


class CommandAutomation:
    """One command with its dry run."""

    kind = "command"

    def __init__(self, name: str, settings: CommandSettings, folder: Path) -> None:
        """Run it as configured, in that folder."""
        self.name = name
        self.title: str = settings.title
        self.parameters: Mapping[str, str] = settings.parameters
        self.repeatable: bool = settings.repeatable
        self.seconds: float = settings.timeout_seconds
        self._settings = settings
        self._folder = folder

    def fault(self) -> str | None:
        """Why it cannot be run here: a program or a secret is away."""
        for program in (_program(self._settings.command), _program(self._settings.dry_run)):
            if not os.access(program, os.X_OK) or not Path(program).is_file():
                return f"there is no program {program} here that could be run"
        return fault_of_secrets(self._settings.secrets)

    def refusal(self, parameters: Mapping[str, str]) -> str | None:
        """Why it cannot be run with these parameters."""
        return refusal_of(self.parameters, parameters)

    async def dry_run(self, order: Order, beat: Beat) -> Done:
        """Run the command that tries it."""
        return await self._execute(self._settings.dry_run, order, beat)

    async def run(self, order: Order, beat: Beat) -> Done:
        """Run the command."""
        return await self._execute(self._settings.command, order, beat)

    async def _execute(self, arguments: tuple[str, ...], order: Order, beat: Beat) -> Done:
        words = [filled(each, order.parameters) for each in arguments[1:]]
        try:
            secrets = read_secrets(self._settings.secrets)
            seen = {**self._settings.environment, **secrets, **self._told(order)}
            process, output = await self._started([_program(arguments), *words], seen)
        except SecretAway as error:
            return Done(AutomationState.FAILED, line_of(error.message))
        except OSError as error:
            because = f"the command could not be started: {error.strerror}"
            return Done(AutomationState.FAILED, line_of(because))
        return await _watched(process, output, order, beat, self._settings, secrets)

    async def _started(
        self, command: list[str], seen: dict[str, str]
    ) -> tuple[asyncio.subprocess.Process, int]:
        """The process of its guard, and the end of the pipe at which all its output comes out.

        A pipe of our own: a process counts as ended for asyncio only once nobody holds its pipes.

        Raises:
            OSError: it cannot be started, or its folder cannot be made.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        output, written_to = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *_GUARD,
                ",".join(seen),
                *command,
                # Held open by this process alone: the guard ends the group when it is gone.
                stdin=asyncio.subprocess.PIPE,
                stdout=written_to,
                stderr=written_to,
                cwd=self._folder,
                env=seen,
                start_new_session=True,
            )
        except BaseException:
            os.close(output)
            raise
        finally:
            os.close(written_to)
        return process, output

    def _told(self, order: Order) -> dict[str, str]:
        """The key, where the command asks for it."""
        name = self._settings.key_variable
        return {} if name is None else {name: order.key}


async def _watched(
    process: asyncio.subprocess.Process,
    end: int,
    order: Order,
    beat: Beat,
    settings: CommandSettings,
    secrets: Mapping[str, str],
) -> Done:
    """Wait for its end, or make one: nothing of it goes on afterwards."""
    output = CutOutput()
    reading = asyncio.ensure_future(output.read(end))
    beating = asyncio.ensure_future(_beating(beat, output))
    try:
        async with asyncio.timeout(order.seconds):
            await process.wait()
    except TimeoutError:
        await _end(process)
        because = f"it was stopped after {order.seconds:g} s"
        return Done(AutomationState.UNKNOWN, because, output.text(secrets.values()))
    except asyncio.CancelledError:
        await _end(process)
        raise
    else:
        await _drained(reading, process)
    finally:
        beating.cancel()
        reading.cancel()
    return _done(process, output, settings, secrets)


def _done(
    process: asyncio.subprocess.Process,
    output: CutOutput,
    settings: CommandSettings,
    secrets: Mapping[str, str],
) -> Done:
    said, status = output.text(secrets.values()), process.returncode
    if status is None or status < 0:
        because = "a signal has ended it" if status is None else f"signal {-status} has ended it"
        return Done(AutomationState.UNKNOWN, because, said)
    well = status in settings.succeeds_with
    state = AutomationState.SUCCEEDED if well else AutomationState.FAILED
    summary = f"exit status {status}, {output.size} bytes of output"
    return Done(state, summary, said, exit_status=status)


async def _drained(reading: asyncio.Future[None], process: asyncio.subprocess.Process) -> None:
    """End whatever it has left behind in its group, and read what is left of the output."""
    _signal(process, signal.SIGKILL)
    await asyncio.wait({reading}, timeout=_ENDS_WITHIN_SECONDS)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the whole group: asked first, then killed; whoever of it is left is killed as well."""
    _signal(process, signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ENDS_WITHIN_SECONDS):
            await process.wait()
    _signal(process, signal.SIGKILL)
    await process.wait()


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


async def _beating(beat: Beat, output: CutOutput) -> None:
    begun = time.monotonic()
    while True:
        beat(f"running for {time.monotonic() - begun:.0f} s, {output.size} bytes of output")
        await asyncio.sleep(_BEAT_SECONDS)


def _program(arguments: tuple[str, ...]) -> str:
    return sys.executable if arguments[0] == PYTHON else arguments[0]

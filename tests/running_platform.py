"""The whole platform as `make up` runs it, in a folder and on ports of a test's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from holdfast.settings import Settings, environment_of
from holdfast.store.local_tokens import read_local_tokens
from tests.real_parts import free_port, new_state_folder

__all__ = ["RunningPlatform"]

_READY_WITHIN = 60.0
_STOP_WITHIN = 40.0
_POLL = 0.05


class RunningPlatform:
    """One `holdfast up`, which a test may stop, start again, and lose parts of."""

    def __init__(self) -> None:
        """Choose folder and ports; nothing runs yet."""
        self.settings = Settings(
            state_folder=new_state_folder(),
            api_port=free_port(),
            worker_metrics_port=free_port(),
            sequencer_metrics_port=free_port(),
            temporal_port=free_port(),
            temporal_ui_port=free_port(),
        )
        self._supervisor: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"http://{self.settings.host}:{self.settings.api_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which `holdfast` commands mean this platform."""
        return {**os.environ, **environment_of(self.settings)}

    @property
    def output(self) -> Path:
        """What the supervisor printed: its table, and a line for every part that died."""
        return self.settings.state_folder / "up.out"

    def start(self) -> None:
        """Run it until every part is ready."""
        with self.output.open("wb") as output:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-P", "-m", "holdfast.cli.main", "up"],
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + _READY_WITHIN
        while "Holdfast is ready" not in self.output.read_text():
            assert self._supervisor.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(_POLL)

    def stop(self) -> None:
        """Stop it as Ctrl-C does; it must end well."""
        assert self._supervisor is not None
        self._supervisor.send_signal(signal.SIGINT)
        assert self._supervisor.wait(_STOP_WITHIN) == 0, self.output.read_text()
        self._supervisor = None

    def is_ready(self) -> bool:
        """Whether the API says that it is ready."""
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def kill(self, part: str) -> None:
        """Kill `postgres`, `temporal`, `worker` or `api` with signal 9."""
        record = self.settings.state_folder / "run" / f"{part}.json"
        os.kill(json.loads(record.read_text())["pid"], signal.SIGKILL)

    def returns(self, part: str) -> int:
        """How often a part that had died has become ready again."""
        return self.output.read_text().count(f"{part} is ready again")

    def wait_for_return(self, part: str, before: int) -> None:
        """Wait until a killed part is ready again, and the API with it."""
        deadline = time.monotonic() + _READY_WITHIN
        while self.returns(part) == before or not self.is_ready():
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(_POLL)

    def token(self, label: str) -> str:
        """Return the local access token of a role."""
        return read_local_tokens(self.settings.tokens_file)[label].token

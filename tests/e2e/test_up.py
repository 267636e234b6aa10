"""That one command brings the whole platform up, and keeps it up."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from tests.running_platform import RunningPlatform


def test_every_door_of_the_table_opens(platform: RunningPlatform) -> None:
    """API, its documentation, the Temporal Web UI, and the metrics of worker and sequencer."""
    settings = platform.settings
    doors = [
        f"{platform.url}/docs",
        f"{platform.url}/readyz",
        f"http://{settings.host}:{settings.temporal_ui_port}",
        f"http://{settings.host}:{settings.worker_metrics_port}/metrics",
        f"http://{settings.host}:{settings.sequencer_metrics_port}/metrics",
    ]
    for door in doors:
        answer = httpx.get(door, trust_env=False, follow_redirects=True)
        assert answer.status_code == httpx.codes.OK, door


def test_doctor_finds_nothing_to_mend(platform: RunningPlatform) -> None:
    """On a running platform every check is well."""
    command = [sys.executable, "-P", "-m", "holdfast.cli.main", "doctor"]
    result = subprocess.run(
        command, env=platform.environment, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("part", ["worker", "api", "sequencer", "temporal", "postgres"])
def test_killed_part_comes_back(platform: RunningPlatform, part: str) -> None:
    """The supervisor reports the death and the return, and the API is ready again."""
    before = platform.returns(part)
    platform.kill(part)
    platform.wait_for_return(part, before)


def test_stopped_platform_starts_again(platform: RunningPlatform) -> None:
    """State and tokens are those of before."""
    token = platform.token("responder")
    platform.stop()
    platform.start()

    assert platform.token("responder") == token

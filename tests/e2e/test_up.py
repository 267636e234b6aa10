"""That one command brings the whole platform up, and keeps it up."""

from __future__ import annotations

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

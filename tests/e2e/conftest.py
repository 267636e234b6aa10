"""The whole platform, one a session, started when the first test asks for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.running_platform import RunningPlatform


@pytest.fixture(scope="session")
def platform() -> Iterator[RunningPlatform]:
    """A platform that is ready; a test that stops or hurts it leaves it ready again."""
    running = RunningPlatform()
    running.start()
    yield running
    running.stop()
    shutil.rmtree(running.settings.state_folder)

"""The platform as it has just come up, before anybody has done anything."""

from __future__ import annotations

import subprocess
import sys

from tests.running_platform import RunningPlatform


def test_doctor_finds_nothing_to_mend(platform: RunningPlatform) -> None:
    """Every check is well. A directory that was begun later has to be completed: it says so."""
    command = [sys.executable, "-P", "-m", "holdfast.cli.main", "doctor"]
    result = subprocess.run(
        command, env=platform.environment, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout

"""A scripted drill, played as `make drill` plays it: nothing of it leaves the house."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx

from tests.running_platform import RunningPlatform
from tests.sent_mails import sent_mails


def test_a_scripted_drill_ends_with_its_score_and_reaches_nobody_outside(
    platform: RunningPlatform,
) -> None:
    """Goals, decisions in the drill's time, who was not trained; the public page says nothing."""
    before = sent_mails(platform.settings).keys()
    told = _told_to_authorities(platform)
    command = [sys.executable, "-P", "-m", "holdfast.cli.main", "drill"]
    played = subprocess.run(
        command, env=platform.environment, capture_output=True, text=True, check=False
    )
    assert played.returncode == 0, played.stdout + played.stderr
    for expected in ("3 of 3 goals kept", "missed clocks", "Not trained for the role", "60 times"):
        assert expected in played.stdout
    after = sent_mails(platform.settings)
    new = [after[path] for path in after.keys() - before]
    assert all("DRILL" in mail["Subject"] for mail in new)
    assert _told_to_authorities(platform) == told
    page = httpx.get(f"{platform.url}/status", trust_env=False)
    assert "Drill" not in page.text


def _told_to_authorities(platform: RunningPlatform) -> set[Path]:
    """The files that were handed over to competent authorities."""
    return set((platform.settings.state_folder / "authorities").rglob("*"))

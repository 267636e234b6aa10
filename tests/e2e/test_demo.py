"""The demonstration, played as a new user plays it, and again while every part is killed."""

from __future__ import annotations

import random
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from holdfast.cli.demo_api import DemoApi
from holdfast.cli.demo_incident import DemoIncident
from holdfast.store.local_tokens import read_local_tokens
from tests.running_platform import RunningPlatform

_PARTS = ("worker", "api", "sequencer", "postgres", "temporal")
_MOMENTS = 3
_DEMO_SECONDS = 3.6
"""A little less than the demo takes, so that nearly every kill falls into it."""


def play(platform: RunningPlatform) -> list[str]:
    """Play the demo through HTTP, and return its timeline without what differs between runs."""
    tokens = read_local_tokens(platform.settings.tokens_file)
    api = DemoApi(platform.url, {label: token.token for label, token in tokens.items()})
    incident = DemoIncident(api, f"demo-payments-{secrets.token_hex(3)}")
    try:
        for step in incident.steps:
            step.play()
        lines = incident.timeline()
    finally:
        api.close()
    numbers = [line["entry_id"].split("#")[1] for line in lines]
    assert numbers == [str(number) for number in range(len(lines))]
    return [
        f"{line['kind']} by {line['role']}: {_settled(line['summary'], incident)}" for line in lines
    ]


def _settled(summary: str, incident: DemoIncident) -> str:
    without_names = summary.replace(incident.service, "SERVICE").replace(
        incident.incident_id, "INCIDENT"
    )
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC|person-\w+", "…", without_names)


@pytest.fixture(scope="session")
def undisturbed(platform: RunningPlatform) -> list[str]:
    """The timeline of a run that nothing disturbs."""
    return play(platform)


def test_the_demo_ends_with_a_readable_timeline_and_links(platform: RunningPlatform) -> None:
    """`make demo` as a new user sees it."""
    command = [sys.executable, "-P", "-m", "holdfast.cli.main", "demo"]
    played = subprocess.run(
        command, env=platform.environment, capture_output=True, text=True, check=False
    )
    assert played.returncode == 0, played.stdout + played.stderr
    for expected in (
        "Timeline of INC-",
        "Closed as resolved",
        "why the incident is major",
        "2024/1772 Art. 9(3)(b)",
        platform.url,
        "/workflows/incident%2F",
    ):
        assert expected in played.stdout


def test_the_timeline_tells_the_whole_incident(undisturbed: list[str]) -> None:
    """Every phase, the refused self-approval, the bypass and its ratification are on it."""
    text = "\n".join(undisturbed)
    for phase in ("triage", "contain", "recover", "learn", "closed"):
        assert f"Phase {phase} entered" in text
    for kind in (
        "submission.refused",
        "decision.bypassed",
        "escalation.triggered",
        "alerts.joined",
    ):
        assert f"{kind} by" in text
    assert undisturbed[-1] == "incident.closed by system: Closed as resolved"


@contextmanager
def killing(platform: RunningPlatform, parts: tuple[str, ...], after: float) -> Iterator[None]:
    """Kill these parts, once, some seconds into what is done within; wait until all are back."""
    before = {part: platform.returns(part) for part in parts}

    def kill() -> None:
        for part in parts:
            platform.kill(part)

    timer = threading.Timer(after, kill)
    timer.start()
    try:
        yield
    finally:
        timer.join()
        for part in parts:
            platform.wait_for_return(part, before[part])


@pytest.mark.parametrize("moment", range(_MOMENTS))
@pytest.mark.parametrize("parts", [*((part,) for part in _PARTS), _PARTS], ids=" ".join)
def test_a_kill_at_any_moment_changes_nothing_on_the_timeline(
    platform: RunningPlatform, undisturbed: list[str], parts: tuple[str, ...], moment: int
) -> None:
    """No entry is missing and none is there twice; the moment is another in every run."""
    after = random.uniform(moment, moment + 1) / _MOMENTS * _DEMO_SECONDS  # noqa: S311 - no secret
    with killing(platform, parts, after):
        played = play(platform)
    assert played == undisturbed, f"killed {' '.join(parts)} after {after:.3f} s"

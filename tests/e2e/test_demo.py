"""The demonstration, played as a new user plays it, and again while every part is killed."""

from __future__ import annotations

import random
import re
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from holdfast.cli.demo_api import DemoApi
from holdfast.cli.demo_incident import DemoIncident
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.store.local_tokens import read_local_tokens
from tests.running_platform import RunningPlatform
from tests.sent_mails import sent_mails

_PARTS = ("worker", "api", "sequencer", "postgres", "temporal")
_KILLS = [*(((part,), 0, 1) for part in _PARTS), (_PARTS, 0, 1)]
"""Which parts are killed together, in which share of the run: each part once, and all of them."""


@dataclass(frozen=True)
class Played:
    """A run of the demo: its timeline without what differs between runs, and how long it took."""

    timeline: list[str]
    seconds: float


def play(platform: RunningPlatform) -> Played:
    """Play the demo through HTTP."""
    tokens = read_local_tokens(platform.settings.tokens_file)
    api = DemoApi(platform.url, {label: token.token for label, token in tokens.items()})
    incident = DemoIncident(
        api, f"demo-payments-{secrets.token_hex(3)}", platform.settings.outbox_folder
    )
    started = time.monotonic()
    try:
        for step in incident.steps:
            step.play()
        seconds = time.monotonic() - started
        lines = incident.timeline()
    finally:
        api.close()
    return Played(_by_workflow(lines, incident), seconds)


def _by_workflow(lines: list[Mapping[str, Any]], incident: DemoIncident) -> list[str]:
    """The lines of the incident, then those of each communication: they run side by side.

    Within a workflow each has its number, and its order. Channels report in any order.
    """
    chains: dict[str, list[str]] = {}
    recorded = Counter[str]()
    for line in lines:
        workflow, number = line["entry_id"].split("#")
        chain = chains.setdefault(workflow, [])
        assert int(number) == recorded[workflow]
        recorded[workflow] += 1
        if line["summary"].startswith(_TOO_SOON):
            continue
        chain.append(f"{line['kind']} by {line['role']}: {_settled(line['summary'], incident)}")
    told = [chains.pop(incident_workflow_id(incident.incident_id))]
    told += [chains[workflow] for workflow in sorted(chains)]
    return [line for chain in told for line in _with_reports_in_order(chain)]


def _with_reports_in_order(chain: list[str]) -> list[str]:
    reports = [line for line in chain if line.startswith("communication.delivered")]
    reported = iter(sorted(reports))
    return [next(reported) if line in reports else line for line in chain]


def _settled(summary: str, incident: DemoIncident) -> str:
    """A line without names and moments, and without whatever else may differ.

    A brief says the severity as it stands when it is composed: before or after it is assigned.
    """
    without_names = summary.replace(incident.service, "SERVICE").replace(
        incident.incident_id, "INCIDENT"
    )
    return re.sub(_DIFFERS, "…", without_names)


_TOO_SOON = "Refused (remediation_pending)"
"""The incident hears of its tasks a moment after they are settled; the demo tries again."""

_DIFFERS = (
    r"\d{4}-\d\d-\d\d( \d\d:\d\d UTC|T[0-9:.]+Z)?|person-\w+|sha256:\w+…|\[(severity open|SEV\d)\]"
    r"|(\d+ h )?\d+ min\b|\bin \d+ s\b|\d+ bytes"
)


@pytest.fixture(scope="session")
def undisturbed(platform: RunningPlatform) -> Played:
    """A run that nothing disturbs."""
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
        f"{platform.url}/status",
    ):
        assert expected in played.stdout
    for report in ("initial.json", "initial.pdf", "intermediate.pdf", "final.json", "final.pdf"):
        assert report in played.stdout


def test_the_demo_leaves_mails_and_posts(platform: RunningPlatform, undisturbed: Played) -> None:
    """Whoever was told has a mail of their own, and the public page says the same."""
    assert undisturbed.timeline
    told = [mail["To"] for mail in sent_mails(platform.settings).values()]
    for address in ("treasury@example.com", "payroll@example.com", "zahlungsverkehr@example.com"):
        assert told.count(address) >= len(("holding statement", "all-clear"))
    for language, subject in (("en", "Disruption of demo-payments"), ("de", "Behoben: demo-pay")):
        page = httpx.get(f"{platform.url}/status?language={language}", trust_env=False)
        assert subject in page.text


def test_the_timeline_tells_the_whole_incident(undisturbed: Played) -> None:
    """Every phase, the refused self-approval, the bypass, and what clients were told are on it."""
    text = "\n".join(undisturbed.timeline)
    for phase in ("triage", "contain", "recover", "learn", "closed"):
        assert f"Phase {phase} entered" in text
    for kind in (
        "submission.refused",
        "decision.bypassed",
        "escalation.triggered",
        "alerts.joined",
        "communication.returned",
        "reply.received",
    ):
        assert f"{kind} by" in text
    assert "holding statement to clients, on the public status page" in text
    assert "all clear to clients, on the public status page" in text
    incident = [line for line in undisturbed.timeline if line.startswith("incident.")]
    assert incident[-1] == "incident.closed by system: Closed as resolved"
    assert text.count("communication.opened by") == text.count("communication.closed by")


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


@pytest.mark.parametrize(("parts", "share", "shares"), _KILLS)
def test_a_kill_at_any_moment_changes_nothing_on_the_timeline(
    platform: RunningPlatform, undisturbed: Played, parts: tuple[str, ...], share: int, shares: int
) -> None:
    """No entry is missing and none is there twice; the moment is another in every run."""
    after = random.uniform(share, share + 1) / shares * undisturbed.seconds  # noqa: S311 - no secret
    with killing(platform, parts, after):
        played = play(platform)
    assert played.timeline == undisturbed.timeline, f"killed {' '.join(parts)} after {after:.3f} s"

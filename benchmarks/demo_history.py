"""(c) how many history events and signals the demo incident takes."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType

from benchmarks.platform import Platform
from holdfast.cli.demo_api import DemoApi
from holdfast.cli.demo_incident import DemoIncident
from holdfast.domain.incident.naming import incident_workflow_id

__all__ = ["DemoHistory", "measure_demo"]


@dataclass(frozen=True)
class DemoHistory:
    """The history of the demo incident, which fits into one run."""

    events: int
    signals: int


async def measure_demo(platform: Platform) -> DemoHistory:
    """Play the demo and count."""
    incident_id = await asyncio.to_thread(_play, platform)
    handle = platform.temporal.get_workflow_handle(incident_workflow_id(incident_id))
    await handle.result()
    history = await handle.fetch_history()
    signalled = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
    return DemoHistory(
        events=len(history.events),
        signals=sum(event.event_type == signalled for event in history.events),
    )


def _play(platform: Platform) -> str:
    tokens = {label: token["token"] for label, token in platform.tokens.items()}
    api = DemoApi(str(platform.http.base_url), tokens)
    incident = DemoIncident(
        api, f"bench-demo-{secrets.token_hex(4)}", platform.settings.outbox_folder
    )
    try:
        for step in incident.steps:
            step.play()
    finally:
        api.close()
    return incident.incident_id

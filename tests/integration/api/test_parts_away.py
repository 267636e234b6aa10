"""While Temporal or the database is away: 503, nothing changed, and a repetition works later."""

from __future__ import annotations

import dataclasses
import uuid

from api.incident_workflows import IncidentWorkflows
from holdfast.store.database import create_engine
from tests.api_doors import Doors, alert, payload
from tests.recording_temporal import Failure, RecordingTemporal
from tests.work_at_doors import decide, new_report, open_incident, question


async def test_while_temporal_is_down_decisions_are_503_and_change_nothing(working: Doors) -> None:
    """The same request, with the same id, succeeds once it is back."""
    incident_id = await open_incident(working)
    asked = await question(working, incident_id, "incident.confirmation")
    answer = {"decision_id": f"d-{uuid.uuid4()}", "option": "confirmed"}
    platform = working.platform
    down = RecordingTemporal(failure=Failure.DOWN)
    lost = IncidentWorkflows(
        down.client, platform.engine, platform.policies.content, platform.settings
    )
    down.running.add(f"incident/{incident_id}")
    working.app.state.platform = dataclasses.replace(platform, workflows=lost)
    told = await decide(working, incident_id, "responder", asked, **answer)
    working.app.state.platform = platform
    assert (told.status_code, told.json()["part"]) == (503, "temporal")
    assert told.headers["retry-after"]
    again = await decide(working, incident_id, "responder", asked, **answer)
    assert (again.status_code, again.json()["accepted"]) == (200, True)


async def test_while_the_database_is_down_every_door_is_503(working: Doors) -> None:
    """Alerts too: Alertmanager sends them again for a 503, and for nothing else."""
    incident_id = await open_incident(working)
    platform = working.platform
    nowhere = create_engine("postgresql://holdfast_app@/holdfast?host=/nowhere")
    working.app.state.platform = dataclasses.replace(
        platform, engine=nowhere, reads=nowhere.execution_options(isolation_level="AUTOCOMMIT")
    )
    fact = {"fact": "data_loss", "value": True, "quality": "actual", "source": "x"}
    path = f"/v1/incidents/{incident_id}"
    answers = [
        await working.deliver(payload(alert("x"))),
        await working.call("GET", "/readyz", "auditor"),
        await working.call("GET", path, "auditor"),
        await working.call("GET", f"{path}/timeline", "auditor"),
        await working.call("POST", "/v1/incidents", "compliance", new_report()),
        await working.call("PATCH", f"{path}/facts", "responder", {"changes": [fact]}),
    ]
    working.app.state.platform = platform
    for answer in answers:
        assert (answer.status_code, answer.json()["part"]) == (503, "database")
        assert answer.headers["retry-after"]
    assert (await working.call("GET", "/healthz", "auditor")).status_code == 200

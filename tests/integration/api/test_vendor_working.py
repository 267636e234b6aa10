"""A provider answers a running escalation over its links, from the call to its claim."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from holdfast.domain.third_party.links import LinkAct, LinkClaims
from tests.api_doors import Doors
from tests.third_parties_at_doors import affected_incident, escalate, in_stage, put_question
from tests.vendor_at_doors import HTML, body_of, forms_of


async def test_a_provider_answers_a_running_escalation(working: Doors) -> None:
    """Each answer has its receipt, and the next links; what it claims people are asked about."""
    incident_id = await affected_incident(working)
    number = await escalate(working, incident_id)
    claims = LinkClaims(
        escalation=f"{incident_id}/third-party-{number}",
        act=LinkAct.PAGE,
        nonce="n-12345678",
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )
    page = await working.client.get(
        f"/v1/vendor/{working.platform.vendor_links.sign(claims)}", headers=HTML
    )
    link = forms_of(page.text)["acknowledgement"]
    form = {"said_by": "Jo", "their_reference": "CS-7"}
    path = f"/v1/vendor/{link}/acknowledgement"
    answers = await asyncio.gather(
        *(working.client.post(path, data=form, headers=HTML | {"Prefer": "wait=20"}) for _ in "abc")
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "Thank you, it has arrived" in answers[0].text
    link = forms_of(answers[0].text)["restoration"]
    restored = await working.client.post(
        f"/v1/vendor/{link}/restoration",
        json=body_of(statement="Rolled back."),
        headers={"Prefer": "wait=20"},
    )
    assert restored.status_code == 200, restored.text
    assert restored.json()["receipt"]["recorded"] is True
    assert restored.json()["escalation"]["stage"] == "claimed"
    found = await in_stage(working, incident_id, number, "claimed")
    assert found["their_reference"] == "CS-7"
    assert [each["said"] for each in found["statements"]] == ["acknowledgement", "restoration"]
    asked = await put_question(working, incident_id, number, "third_party.restoration")
    assert asked["authors"] == [found["statements"][-1]["entered_by"]["id"]]

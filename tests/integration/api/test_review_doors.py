"""Reviews, drafts, lessons and packs at the real doors, from what the database keeps."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest_asyncio
from pypdf import PdfReader
from sqlalchemy import text

from holdfast.domain.submissions import FactChanges
from holdfast.evidence.reviews.drafting import review_draft
from holdfast.store.evidence import append
from holdfast.store.rebuild import rebuild
from tests.api_doors import Doors
from tests.communications_at_doors import code_of
from tests.statements import ALERTMANAGER, NOON, REVIEW, ROBIN, incident_facts, report
from tests.timed_walk import TimedWalk
from tests.told_reviews import INCIDENT, told_review_entries

PATH = f"/v1/incidents/{INCIDENT}"
LESSON = f"/v1/lessons/{INCIDENT}-lesson-1/assessment"
EARLIER, ALERTED = "INC-2025-000041", "INC-2025-000042"
CAUSE = "the certificate was not in the renewal inventory"

_ALERTS = text("""
    WITH delivery AS (
        INSERT INTO intake.delivery (source, raw, delivered_by)
        VALUES ('alertmanager', :raw, 'source-a1') RETURNING delivery_id
    )
    INSERT INTO intake.alert (delivery_id, source, fingerprint, status, starts_at, service,
        summary, received_at, incident_id, submission_id)
    SELECT delivery_id, 'alertmanager', 'f1', 'firing', starts_at, 'instant-payments', 'Down',
        starts_at, incident_id, 's1'
    FROM delivery, unnest(CAST(:moments AS timestamptz[]), CAST(:incidents AS text[]))
        AS came (starts_at, incident_id)
""")


def earlier_walk(incident_id: str, stated: FactChanges | None) -> TimedWalk:
    """An incident of the year before, of which people may have stated the root cause."""
    walk = TimedWalk(incident_id)
    walk.now = NOON - timedelta(days=100)
    walk.submit(ALERTMANAGER, report().model_copy(update={"aware_at": walk.now}))
    walk.answer(ROBIN, "incident.confirmation-1", "confirmed")
    if stated is not None:
        walk.submit(ROBIN, stated)
    return walk


@pytest_asyncio.fixture(scope="module")
async def told(doors: Doors) -> Doors:
    """An installation whose evidence holds a reviewed incident and two earlier ones."""
    engine = doors.platform.engine
    for name, stated in ((EARLIER, incident_facts(root_cause=CAUSE)), (ALERTED, None)):
        await append(engine, earlier_walk(name, stated).entries())
    await append(engine, [each for each in told_review_entries() if "lesson" not in each.id])
    return doors


async def read(told: Doors, path: str, person: str = "auditor") -> Any:  # noqa: ANN401 - JSON
    """Read as JSON what is there."""
    answer = await told.call("GET", path, person)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_review_as_it_stands(told: Doors) -> None:
    """Complete, with its version and the decision that signed it off."""
    found = await read(told, f"{PATH}/review")
    assert (found["version"], found["missing"]) == (1, [])
    assert found["content"]["root_causes"][0]["category"] == "process_failure"
    assert found["content"]["escalation"]["adequate"] is False
    (decided,) = found["sign_offs"]
    assert (decided["outcome"], decided["digest"]) == ("signed_off", found["digest"])
    assert found["signed_off_at"] == decided["decided_at"]
    assert [each["version"] for each in found["versions"]] == [1]
    absent = await told.call("GET", f"/v1/incidents/{EARLIER}/review", "auditor")
    assert code_of(absent) == (404, "not_found")


async def test_the_draft_is_made_of_what_is_kept(told: Doors) -> None:
    """The very draft of the entries, with the earlier incidents that it is like."""
    found = await read(told, f"{PATH}/review/draft", "responder")
    entries = [each for each in told_review_entries() if "lesson" not in each.id]
    made = review_draft(entries).model_dump(mode="json")
    unlike = {"earlier", "review"}
    assert {n: v for n, v in found.items() if n not in unlike} == {
        n: v for n, v in made.items() if n not in unlike
    }
    (like,) = found["earlier"]
    assert (like["incident"], like["likeness"]) == (EARLIER, "root_cause")
    assert like["shared"] == [CAUSE.replace(" ", "-")]
    assert like["entries"] == [f"incident/{EARLIER}#0"]
    assert found["review"]["recurrence"][0]["incident"] == EARLIER


async def test_the_same_alerts_link_what_has_no_cause_yet(told: Doors) -> None:
    """By source, fingerprint and service; a root cause that is the same counts more."""
    incidents = [INCIDENT, EARLIER, ALERTED]
    moments = [NOON, NOON - timedelta(days=99), NOON - timedelta(days=98)]
    async with told.platform.engine.begin() as connection:
        parameters = {"raw": "sha256:" + "0" * 64, "moments": moments, "incidents": incidents}
        await connection.execute(_ALERTS, parameters)
    found = (await read(told, f"{PATH}/review/draft"))["earlier"]
    assert {each["incident"]: (each["likeness"], each["shared"]) for each in found} == {
        EARLIER: ("root_cause", [CAUSE.replace(" ", "-")]),
        ALERTED: ("alerts", ["f1"]),
    }


async def test_the_report_fields_are_those_of_the_signed_review(told: Doors) -> None:
    """Fields 4.1 to 4.5, with the entries behind them; empty where nothing was reviewed."""
    fields = (await read(told, f"{PATH}/review/report-fields", "compliance"))["fields"]
    assert [each["field"] for each in fields] == ["4.1", "4.2", "4.3", "4.4", "4.5"]
    assert fields[0]["value"] == ["process_failure"]
    assert fields[2]["value"] == ["ict_asset_management_and_information_classification"]
    assert fields[3]["value"] is None
    assert fields[4]["value"].startswith("The certificate was not in the renewal inventory.")
    assert {each["suggestion"] for each in fields} == {False}
    none = (await read(told, f"/v1/incidents/{EARLIER}/review/report-fields"))["fields"]
    assert {each["value"] for each in none} == {None}


async def test_a_lesson_goes_into_the_risk_assessment(told: Doors) -> None:
    """By a deed, once under its id; CSV says the same; a rebuild changes nothing."""
    (lesson,) = (await read(told, "/v1/lessons?taken_up=false"))["lessons"]
    assert (lesson["text"], lesson["taken_up"]) == (REVIEW.lessons[0], None)
    body = {"assessment_id": "first", "risk": "=ICT-R-017", "statement": "Likelihood raised."}
    first = await told.call("POST", LESSON, "compliance", body)
    again = await told.call("POST", LESSON, "compliance", body)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    deed = again.json()
    assert deed == first.json()
    assert deed["payload"] == {
        "lesson": 1,
        "text": REVIEW.lessons[0],
        "risk": "=ICT-R-017",
        "statement": "Likelihood raised.",
    }
    other = await told.call("POST", LESSON, "compliance", body | {"risk": "ICT-R-018"})
    assert code_of(other) == (409, "submission_id_reused")
    assert (await read(told, "/v1/lessons?taken_up=false"))["lessons"] == []
    before = await read(told, "/v1/lessons")
    assert before["lessons"][0]["taken_up"]["entry"] == deed["entry_id"]
    paper = await told.call("GET", "/v1/lessons", "management_body", Accept="text/csv")
    (line,) = csv.DictReader(io.StringIO(paper.text))
    assert (line["lesson_id"], line["risk"]) == (f"{INCIDENT}-lesson-1", "'=ICT-R-017")
    assert (line["drill"], line["number"], line["text"]) == ("no", "1", REVIEW.lessons[0])
    review = await read(told, f"{PATH}/review")
    await rebuild(told.platform.engine)
    assert await read(told, "/v1/lessons") == before
    assert await read(told, f"{PATH}/review") == review


async def test_the_pack_as_a_page_and_on_paper(told: Doors) -> None:
    """At most three pages, the same tag on both, nobody named."""
    page = await told.call("GET", f"{PATH}/management-pack.html", "management_body")
    paper = await told.call("GET", f"{PATH}/management-pack.pdf", "management_body")
    assert (page.status_code, paper.status_code) == (200, 200), page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "Put every certificate into the inventory" in page.text
    assert "person-" not in page.text
    assert paper.headers["content-type"] == "application/pdf"
    assert f"{INCIDENT}-management-pack.pdf" in paper.headers["content-disposition"]
    assert page.headers["etag"] == paper.headers["etag"]
    assert 1 <= len(PdfReader(io.BytesIO(paper.content)).pages) <= 3


async def test_who_may_not_and_what_is_not_there(told: Doors) -> None:
    """An alert source reads nothing; lessons are taken up by those who assess risks."""
    paths = ("review", "review/draft", "review/report-fields", "management-pack.pdf")
    for name in paths:
        assert code_of(await told.call("GET", f"{PATH}/{name}", "alert_source")) == (
            403,
            "not_allowed",
        )
        nowhere = await told.call("GET", f"/v1/incidents/INC-2026-999999/{name}", "auditor")
        assert code_of(nowhere) == (404, "not_found")
    body = {"assessment_id": "x", "risk": "ICT-R-1", "statement": "Raised."}
    assert code_of(await told.call("POST", LESSON, "responder", body)) == (403, "not_allowed")
    for unknown in (f"{INCIDENT}-lesson-9", f"{EARLIER}-lesson-1"):
        path = f"/v1/lessons/{unknown}/assessment"
        assert code_of(await told.call("POST", path, "compliance", body)) == (404, "not_found")
    wrong = await told.call("POST", "/v1/lessons/none/assessment", "compliance", body)
    assert wrong.status_code == 422

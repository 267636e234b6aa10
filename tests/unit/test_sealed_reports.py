"""Reports with a sealed contact: signed and recorded as ciphertext; those without are as before."""

from __future__ import annotations

import hashlib

import pytest

from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.submissions import Origin, Report, Submission, signing_bytes
from holdfast.domain.values import digest_of
from holdfast.evidence.sealing import SubjectKey
from tests.statements import ALERTMANAGER, NOON, ROBIN, SERVICE, alert_batch, report
from tests.walk import Walk

KEY = SubjectKey.generate("person-1")


def _sealed(about: str) -> dict[str, SealedValue]:
    return {"contact_name": KEY.seal(about, "contact_name", "Jo")}


def _fixed() -> Report:
    pin = PolicyPin(name="recovery", version="1", digest=f"sha256:{'0' * 64}")
    return report().model_copy(
        update={"policies": (pin,), "alerts": alert_batch("b0"), "services": (SERVICE,)}
    )


def _submission(body: Report) -> Submission:
    return Submission(
        submission_id="report-INC-2026-000001",
        workflow_id="incident/INC-2026-000001",
        principal=ALERTMANAGER,
        submitted_at=NOON,
        body=body,
    )


def test_a_report_without_a_contact_has_the_bytes_of_version_0_1() -> None:
    """What was signed and recorded before there were sealed values verifies as it did."""
    signed = hashlib.sha256(signing_bytes(_submission(_fixed()))).hexdigest()
    assert signed == "ca02c3569c47b9fbffa17bd2932ce8577d82ea56801f5434e6416620517691d6"
    assert digest_of(_fixed().model_dump(mode="json")) == (
        "sha256:e0d086df469e1d2d05b9fa1a4aae905c018351e34f08e88ae87a3bcc08bb6d51"
    )


def test_the_signature_covers_what_is_sealed() -> None:
    """A contact cannot be put in, taken out or exchanged under way."""
    body = _fixed().model_copy(update={"sealed": _sealed("report-INC-2026-000001")})
    assert signing_bytes(_submission(body)) != signing_bytes(_submission(_fixed()))
    read = Submission.model_validate_json(_submission(body).model_dump_json())
    assert signing_bytes(read) == signing_bytes(_submission(body))


def test_a_sealed_contact_stands_in_the_entry_that_opens_the_incident() -> None:
    """As it came, and nowhere else."""
    walk = Walk()
    sealed = _sealed("s-1")
    opening = report(Origin.HUMAN, ROBIN).model_copy(update={"sealed": sealed})
    opened = walk.submit(ROBIN, opening, "s-1")
    assert opened.kind is EventKind.INCIDENT_OPENED
    assert opened.sealed == sealed
    assert [event.kind for event in walk.events if event.sealed] == [EventKind.INCIDENT_OPENED]


@pytest.mark.parametrize("about", ["s-2", "report-INC-2026-000009"])
def test_a_contact_sealed_for_another_submission_is_refused(about: str) -> None:
    """It could never be read in its new place."""
    walk = Walk()
    opening = report(Origin.HUMAN, ROBIN).model_copy(update={"sealed": _sealed(about)})
    refused = walk.submit(ROBIN, opening, "s-1")
    assert refused.kind is EventKind.SUBMISSION_REFUSED
    assert refused.payload["reason"] == "malformed"

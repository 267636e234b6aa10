"""The API's document: complete, and true about who may call and what may go wrong."""

from __future__ import annotations

from typing import Any

import pytest

from api.app import create_app
from holdfast.settings import Settings

_DOCUMENT = create_app(Settings()).openapi()
_BY_SIGNATURE = "/v1/webhooks/remediation"
_WITHOUT_TOKEN = {"/v1/log/checkpoint", "/v1/log/tile/{level}/{number}", _BY_SIGNATURE}
"""Commitments that hold no content, and what another system signs."""
_BY_LINK = "/v1/vendor/"
"""What a provider asks with a link that was sent to it."""

_OPERATIONS = [
    pytest.param(path, operation, id=f"{method.upper()} {path}")
    for path, methods in _DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


@pytest.mark.parametrize(("path", "operation"), _OPERATIONS)
def test_an_operation_is_described(path: str, operation: dict[str, Any]) -> None:
    """Summary, description, security, a success, and problems as problem documents."""
    assert operation["summary"]
    assert operation["description"]
    assert any(status.startswith("2") for status in operation["responses"])
    if not path.startswith("/v1/") or path in _WITHOUT_TOKEN or path.startswith(_BY_LINK):
        return
    assert operation["security"] == [{"accessToken": []}]
    assert {"401", "403", "503"} <= set(operation["responses"])
    for status, response in operation["responses"].items():
        if status.startswith(("4", "5")):
            content = response["content"]["application/problem+json"]
            assert content["schema"]["$ref"].endswith("/ProblemDocument")
            assert content["example"]["status"] == int(status)


def test_every_reference_leads_somewhere() -> None:
    """No schema is only referred to."""
    schemas = _DOCUMENT["components"]["schemas"]

    def references(value: object) -> set[str]:
        if isinstance(value, dict):
            found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return found.union(*(references(inner) for inner in value.values()))
        if isinstance(value, list):
            return set().union(*(references(inner) for inner in value))
        return set()

    for reference in references(_DOCUMENT):
        assert reference.removeprefix("#/components/schemas/") in schemas


@pytest.mark.parametrize(
    "name",
    ["AlertmanagerPayload", "IncidentReport", "FactStatement", "ActionStatement", "DecisionAnswer",
     "Incident", "IncidentSummary", "Receipt", "SubmissionAccepted", "ProblemDocument",
     "Attachment", "TransferReport", "HoldPlacement", "HoldLifting", "DisposalProposal",
     "DisposalApproval", "Deed", "PolicyVersion", "PolicyPublication", "PolicyDeed",
     "ContactRecording", "ContactConfirmation", "ContactDisclosure", "ContactRecorded",
     "Directory", "NewCommunication", "NewPreview", "DraftChange", "Correction", "MessageNamed",
     "Cancellation", "CommunicationSummary", "Communication", "ReplyReport", "Reply",
     "ReplyDisclosed", "VendorEscalation", "VendorAnswer", "VendorMail", "MailAccepted",
     "MailDisclosed", "RunningProcess", "IncidentReports", "StageReport", "FieldSupplied",
     "ReportForwarding", "ReportApproving", "ReportDelay", "ByChannel", "ByOtherMeans",
     "ReportReceived", "ReportWrittenOff"],
)  # fmt: skip
def test_what_people_send_and_get_has_an_example(name: str) -> None:
    """In the schema itself, where every door that uses it shows it."""
    assert _DOCUMENT["components"]["schemas"][name]["example"]

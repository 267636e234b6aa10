"""Ways to authorities by files that a test writes, and submissions to send on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from holdfast.channels.authorities import (
    AuthorityAnswer,
    AuthorityChannel,
    Submission,
    load_authorities,
)
from holdfast.domain.reporting.documents import AuthorityDocument, DocumentFormat
from holdfast.domain.values import canonical_json
from holdfast.settings import Settings
from tests.authority_portal import CLIENT_ID, CLIENT_SECRET, Portal
from tests.certificates import Certificates
from tests.statements import NOON

__all__ = ["KEY", "REPORT", "a_document", "a_submission", "sent", "the_way", "to_portal"]

KEY = "INC-2026-000001/reporting-1/report-1/submission-1"
REPORT = canonical_json({"report": "initial", "contact": "Ada Example", "count": 3})


def the_way(folder: Path, configured: dict[str, Any], name: str = "bafin") -> AuthorityChannel:
    """The channel of an authority that is configured so."""
    path = folder / "authorities.yaml"
    path.write_text(json.dumps({"authorities": {name: configured}}))
    settings = Settings(state_folder=folder, authorities_file=path)
    found = load_authorities(settings).get(name)
    assert found is not None
    return found


def to_portal(portal: Portal, certificates: Certificates, **changes: object) -> dict[str, Any]:
    """The configuration for a portal with mutual TLS."""
    configured: dict[str, Any] = {
        "kind": "https",
        "url": f"{portal.url}/reports",
        "client_certificate_file": str(certificates.client),
        "client_key_file": str(certificates.client_key),
        "authorities_file": str(certificates.trusted),
        "reference": "/receipt/numbers/0",
        "timeout_seconds": 5,
    }
    if portal.wants_token:
        secret = certificates.client.with_name("client-secret")
        secret.write_text(f"{CLIENT_SECRET}\n")
        configured["oauth"] = {
            "token_url": f"{portal.url}/token",
            "client_id": CLIENT_ID,
            "client_secret_file": str(secret),
            "scope": "reports.write",
        }
    return configured | changes


def a_document(
    document_format: DocumentFormat = DocumentFormat.JSON, content: bytes = REPORT
) -> AuthorityDocument:
    """A report in some format."""
    return AuthorityDocument(document_format, f"application/{document_format}", content)


def a_submission(key: str = KEY, *, again: bool = False) -> Submission:
    """A submission without documents, yet."""
    return Submission(
        key=key,
        chain="INC-2026-000001",
        subject="INC-2026-000001/reporting-1/report-1",
        kind="initial",
        digest=f"sha256:{'a' * 64}",
        approved_at=NOON,
        documents=(),
        again=again,
    )


async def sent(
    way: AuthorityChannel,
    *documents: AuthorityDocument,
    key: str = KEY,
    again: bool = False,
) -> AuthorityAnswer:
    """Hand these documents, or a report in JSON, over under that key."""
    named = way.named(a_submission(key, again=again), documents or (a_document(),))
    return await way.submit(named)

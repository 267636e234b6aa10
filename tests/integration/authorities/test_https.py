"""An authority's interface over HTTPS: mutual TLS, tokens, and what is sent."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from holdfast.channels import AnswerOutcome
from holdfast.domain.reporting.documents import DocumentFormat
from tests.authority_portal import (
    CLIENT_SECRET,
    TOKEN,
    Portal,
    Said,
    portal,
)
from tests.authority_ways import KEY, REPORT, a_document, sent, the_way, to_portal
from tests.certificates import Certificates
from tests.real_parts import free_port

TAKEN, REFUSED = AnswerOutcome.TAKEN, AnswerOutcome.REFUSED
NOT_NOW, UNKNOWN = AnswerOutcome.NOT_NOW, AnswerOutcome.UNKNOWN


async def test_exactly_the_report_arrives_and_the_reference_comes_back(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """Over mutual TLS, with the key by which a repeat is known."""
    answer = await sent(the_way(tmp_path, to_portal(bafin, certificates)))

    came = bafin.arrived[0]
    assert (answer.outcome, answer.status, answer.reference) == (TAKEN, 201, "P-1")
    assert answer.said == b'{"receipt": {"numbers": ["P-1"]}}'
    assert (came.method, came.path, came.content) == ("POST", "/reports", REPORT)
    assert came.headers["idempotency-key"] == KEY
    assert came.headers["content-type"] == "application/json"
    short = hashlib.sha256(KEY.encode()).hexdigest()[:12]
    assert came.headers["content-disposition"] == (
        f'attachment; filename="INC-2026-000001-reporting-1-report-1-initial-{short}.json"'
    )


async def test_several_formats_are_one_request_with_a_file_each(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """A repeat of it has the same bytes."""
    configured = to_portal(bafin, certificates, formats=["json", "pdf"], part_name="document")
    way = the_way(tmp_path, configured)
    documents = a_document(), a_document(DocumentFormat.PDF, b"%PDF")
    answer, repeat = await sent(way, *documents), await sent(way, *documents)

    first, second = bafin.arrived
    assert answer.outcome is repeat.outcome is TAKEN
    assert first.content == second.content
    assert first.headers["content-type"].startswith("multipart/form-data; boundary=holdfast-")
    assert first.content.count(b'name="document"; filename=') == 2
    assert REPORT in first.content
    assert b"%PDF" in first.content


async def test_a_token_is_asked_for_each_time_with_the_secret_of_the_file(
    tmp_path: Path, certificates: Certificates
) -> None:
    """By client credentials, at the endpoint of the configuration."""
    with portal(certificates, wants_token=True) as running:
        way = the_way(tmp_path, to_portal(running, certificates))
        answers = [await sent(way), await sent(way)]

    assert [each.outcome for each in answers] == [TAKEN, TAKEN]
    assert running.tokens == 2 * [
        {
            "grant_type": "client_credentials",
            "scope": "reports.write",
            "credentials": f"holdfast-client:{CLIENT_SECRET}",
        }
    ]
    assert list(running.taken) == [KEY]


@pytest.mark.parametrize(
    ("said", "because"),
    [
        (Said(401, {}, b'{"error": "invalid_client"}'), "answered 401: invalid_client"),
        (Said(400, {}, b'{"error": "It is Ada!"}'), "answered 400"),
        (Said(302, {"location": "/elsewhere"}), "answered 302"),
        (Said(200, {}, b'{"access_token": "a\\nb"}'), "gave an answer without a token"),
        (Said(200, {}, b"[[["), "gave an answer without a token"),
        (
            Said(200, {}, b'{"access_token": "x", "token_type": "mac"}'),
            "gave a token that is no bearer token",
        ),
    ],
)
async def test_without_a_token_nothing_is_submitted_and_it_is_tried_again(
    tmp_path: Path, certificates: Certificates, said: Said, because: str
) -> None:
    """Whoever mends the secret has the report sent."""
    with portal(certificates, wants_token=True) as running:
        running.token_answer = said
        answer = await sent(the_way(tmp_path, to_portal(running, certificates)))

    assert (answer.outcome, answer.because) == (NOT_NOW, f"the token endpoint {because}")
    assert running.arrived == []


async def test_a_client_without_a_certificate_is_not_let_in(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """Nothing came, and it is sent again once it is mended.

    Whether the alert arrives before the connection ends is chance.
    """
    configured = to_portal(bafin, certificates)
    del configured["client_certificate_file"], configured["client_key_file"]
    answer = await sent(the_way(tmp_path, configured))

    assert answer.outcome in {NOT_NOW, UNKNOWN}
    assert re.fullmatch(
        "TLS with the authority failed: .+|the authority hung up without an answer",
        str(answer.because),
    )
    assert bafin.arrived == []


async def test_a_server_that_nobody_vouches_for_gets_nothing(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """Its certificate is not of those that are trusted."""
    configured = to_portal(bafin, certificates)
    del configured["authorities_file"]
    answer = await sent(the_way(tmp_path, configured))

    assert answer.outcome is NOT_NOW
    assert answer.because is not None
    assert answer.because.startswith("the certificate of the authority is not valid: ")
    assert bafin.arrived == []


async def test_nobody_there_is_not_now(tmp_path: Path, certificates: Certificates) -> None:
    """A portal that is down."""
    configured = to_portal(Portal(f"https://127.0.0.1:{free_port()}"), certificates)
    answer = await sent(the_way(tmp_path, configured))

    assert (answer.outcome, answer.because) == (NOT_NOW, "the authority cannot be connected to")


async def test_secrets_are_read_at_each_use_and_told_nowhere(
    tmp_path: Path, certificates: Certificates, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that is away keeps everything here, until somebody brings it back."""
    with portal(certificates, wants_token=True) as running:
        way = the_way(tmp_path, to_portal(running, certificates))
        secret = certificates.client.with_name("client-secret")
        secret.unlink()
        away = await sent(way)
        fault = way.fault()
        secret.write_text(CLIENT_SECRET)
        there = await sent(way)

    assert (away.outcome, there.outcome) == (NOT_NOW, TAKEN)
    assert (
        away.because == fault == f"the secret in {secret} cannot be read: No such file or directory"
    )
    told = "".join(capsys.readouterr()) + repr(away) + repr(there) + repr(way)
    assert CLIENT_SECRET not in told
    assert TOKEN not in told


async def test_headers_of_the_configuration_travel_along(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """Plain ones, and those whose values are secrets."""
    (tmp_path / "api-key").write_text("k3y\n")
    configured = to_portal(
        bafin,
        certificates,
        method="PUT",
        headers={"X-Sender": "BANK"},
        secret_headers={"X-Api-Key": str(tmp_path / "api-key")},
    )
    await sent(the_way(tmp_path, configured))

    came = bafin.arrived[0]
    assert came.method == "PUT"
    assert (came.headers["x-sender"], came.headers["x-api-key"]) == ("BANK", "k3y")


async def test_an_answer_that_repeats_a_secret_is_kept_without_it(
    tmp_path: Path, certificates: Certificates
) -> None:
    """A receipt goes into the evidence."""
    with portal(certificates, wants_token=True) as running:
        running.answer = f'{{"you": "Bearer {TOKEN}"}}'.encode()
        answer = await sent(the_way(tmp_path, to_portal(running, certificates)))

    assert answer.said == b'{"you": "Bearer [secret]"}'


async def test_a_key_that_is_not_the_certificates_is_found_before_anything_leaves(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """By `holdfast doctor`, and at the latest by the attempt."""
    configured = to_portal(bafin, certificates, client_key_file=str(certificates.server_key))
    way = the_way(tmp_path, configured)
    answer = await sent(way)

    assert answer.outcome is NOT_NOW
    assert answer.because == way.fault()
    assert "are no certificate and its key" in str(way.fault())
    assert bafin.arrived == []

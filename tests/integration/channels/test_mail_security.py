"""Mail over TLS and with a login: never without them where they are wanted."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from holdfast.channels import AnswerOutcome
from tests.faulty_smtp import FaultySmtp, faulty_smtp
from tests.integration.channels.test_mail import mail_channel
from tests.outgoing_messages import an_outgoing

_LOGIN = ("holdfast", "the-p4ssword")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody else has signed, with its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[FaultySmtp]:
    """A mail server that wants TLS and a login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with faulty_smtp(tls=context, login=_LOGIN) as running:
        yield running


def test_mail_goes_over_tls_and_with_a_login(server: FaultySmtp, certificate: Path) -> None:
    """As the file of channels says; the server is greeted again once the connection is safe."""
    user, password = _LOGIN
    channel = mail_channel(
        server,
        security="starttls",
        user=user,
        password=password,
        authorities_file=certificate,
        introduced_as="holdfast.bank.test",
    )
    with channel.session() as session:
        answer = session.send(an_outgoing())

    assert answer.outcome is AnswerOutcome.TAKEN
    assert server.greetings == ["holdfast.bank.test"] * 2
    assert channel.fault(1.0) is None


def test_a_wrong_password_is_no_fault_of_the_recipient(
    server: FaultySmtp, certificate: Path
) -> None:
    """The mail may be sent again once it is mended; the password is told to nobody."""
    channel = mail_channel(
        server,
        security="starttls",
        user="holdfast",
        password=f"not-{_LOGIN[1]}",
        authorities_file=certificate,
        timeout_seconds=10,
    )
    with channel.session() as session:
        answer = session.send(an_outgoing())

    assert answer.outcome is AnswerOutcome.NOT_NOW
    assert answer.because is not None
    assert answer.because.endswith("the login is refused: 535")
    assert channel.fault(10.0) == answer.because
    assert server.mails == []


def test_a_certificate_that_nobody_vouches_for_is_refused(server: FaultySmtp) -> None:
    """Whoever stands in between gets neither mail nor password."""
    user, password = _LOGIN
    channel = mail_channel(server, security="starttls", user=user, password=password)
    with channel.session() as session:
        answer = session.send(an_outgoing())

    assert answer.outcome is AnswerOutcome.NOT_NOW
    assert "certificate is not valid" in (answer.because or "")
    assert server.mails == []


def test_a_server_without_tls_from_the_first_byte(server: FaultySmtp) -> None:
    """Told as what it is."""
    with mail_channel(server, security="tls").session() as session:
        answer = session.send(an_outgoing())

    assert answer.outcome is AnswerOutcome.NOT_NOW
    assert (answer.because or "").endswith("it does not speak TLS")

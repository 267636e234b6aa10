"""Certificates made by a test: an authority of its own, a server of this machine, and a client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["Certificates", "new_certificates"]


@dataclass(frozen=True)
class Certificates:
    """Files in PEM: whom to trust, and certificate and key of a server and of a client."""

    trusted: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path


def new_certificates(folder: Path) -> Certificates:
    """Make them; they hold for an hour."""
    own = ec.generate_private_key(ec.SECP256R1())
    issuer = _signed(own, own, "authority.test", "authority.test", is_authority=True)
    trusted = folder / "trusted.pem"
    trusted.write_bytes(issuer.public_bytes(serialization.Encoding.PEM))
    files = {}
    for name in ("server", "client"):
        key = ec.generate_private_key(ec.SECP256R1())
        signed = _signed(own, key, "authority.test", f"{name}.test", is_authority=False)
        files[name] = folder / f"{name}.pem"
        files[name].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        files[f"{name}_key"] = folder / f"{name}.key"
        files[f"{name}_key"].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return Certificates(trusted=trusted, **files)


def _signed(
    issuer_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    subject: str,
    *,
    is_authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=30))
        .not_valid_after(now + timedelta(minutes=30))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )

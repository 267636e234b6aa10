"""The file of authorities: what it may say, and mistakes told by authority and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from holdfast.channels.authorities import Authorities, load_authorities
from holdfast.errors import InvalidInput
from holdfast.settings import Settings
from holdfast.stack.authority_findings import authority_findings

HTTPS: dict[str, Any] = {"kind": "https", "url": "https://portal.example/reports"}
MAIL: dict[str, Any] = {
    "kind": "mail",
    "to": "reports@authority.example",
    "host": "mail.bank.example",
    "sender": "DORA <dora@bank.example>",
}
OAUTH = {
    "token_url": "https://portal.example/token",
    "client_id": "us",
    "client_secret_file": "/run/secrets/portal",
}


def settings_for(folder: Path, configured: object) -> Settings:
    """Settings with a file of authorities that says so."""
    path = folder / "authorities.yaml"
    path.write_text(configured if isinstance(configured, str) else json.dumps(configured))
    return Settings(state_folder=folder, authorities_file=path)


def load(folder: Path, configured: object) -> Authorities:
    """The authorities of a file that says so."""
    return load_authorities(settings_for(folder, configured))


def test_without_a_file_there_is_a_folder_for_each_authority_of_the_policy(tmp_path: Path) -> None:
    """A fresh installation hands reports in as files, and creates nothing before the first."""
    settings = Settings(state_folder=tmp_path)
    found = load_authorities(settings).all

    assert [(name, each.kind, each.formats) for name, each in found.items()] == [
        ("bafin", "folder", ("json",)),
        ("acpr", "folder", ("json",)),
    ]
    findings = authority_findings(settings)
    assert [(each.subject, each.mend) for each in findings] == [("authorities", None)]
    assert list(tmp_path.iterdir()) == []


def test_every_kind_is_loaded(tmp_path: Path) -> None:
    """In the order of the file, with the formats that each wants."""
    folder = {"kind": "folder", "title": "By hand", "formats": ["json", "pdf", "csv"]}
    file = {"authorities": {"fma": folder, "acpr": HTTPS | {"oauth": OAUTH}, "bafin": MAIL}}
    found = load(tmp_path, file)

    assert [(name, each.kind) for name, each in found.all.items()] == [
        ("fma", "folder"),
        ("acpr", "https"),
        ("bafin", "mail"),
    ]
    assert found.all["fma"].formats == ("json", "pdf", "csv")
    assert found.all["fma"].title == "By hand"
    assert found.get("cnmv") is None


@pytest.mark.parametrize(
    ("configured", "words"),
    [
        ({"kind": "pigeon"}, "authority bafin: kind: "),
        (HTTPS | {"url": "http://portal.example/"}, "url: https is needed: http is for this"),
        (HTTPS | {"url": "https://me:secret@portal.example/"}, "url: no password and no fragment"),
        (HTTPS | {"url": "portal"}, "url: it is no URL of the web"),
        (HTTPS | {"client_key_file": "/k"}, "client_key_file: certificate and key belong"),
        (HTTPS | {"headers": {"Authorization": "s"}}, "headers: authorization belongs in"),
        (HTTPS | {"headers": {"Idempotency-Key": "1"}}, "headers: idempotency-key is set by"),
        (
            HTTPS | {"oauth": OAUTH, "secret_headers": {"Authorization": "/a"}},
            "secret_headers: authorization is what `oauth` sets",
        ),
        (HTTPS | {"oauth": OAUTH | {"client_secret": "s3cret"}}, "oauth.client_secret: Extra"),
        (HTTPS | {"secret_headers": {"X-Key": "secrets/key"}}, "X-Key: give the whole path"),
        (HTTPS | {"timeout_seconds": 181}, "timeout_seconds: "),
        (HTTPS | {"reference": "receipt"}, "reference: "),
        (MAIL | {"password": "s3cret"}, "password: Extra inputs are not permitted"),
        (MAIL | {"user": "us"}, "password_file: user and password belong together"),
        (MAIL | {"security": "none"}, "security: what goes to an authority does not travel"),
        (MAIL | {"to": "nobody"}, "authority bafin: to: "),
        ({"kind": "folder", "formats": []}, "formats: "),
        ({"kind": "folder", "formats": ["json", "json"]}, "formats: one stands there for the"),
        ({"kind": "folder", "formats": ["xml"]}, "formats.0: "),
        ({"kind": "folder", "file_name": "report.json"}, "file_name: it ends with .{extension}"),
        ({"kind": "folder", "file_name": "../x.{extension}"}, "file_name: beside places it may"),
        ({"kind": "folder", "file_name": "{who}.{extension}"}, "file_name: {who} is no place"),
        (
            {"kind": "folder", "schema_file": "/none.json"},
            "schema_file: the schema /none.json cannot be",
        ),
        (
            {"kind": "folder", "schema_file": "/dev/null"},
            "schema_file: /dev/null is no schema in JSON",
        ),
    ],
)
def test_a_mistake_is_told_by_authority_and_field(
    tmp_path: Path, configured: dict[str, Any], words: str
) -> None:
    """And without any value that may be a secret."""
    with pytest.raises(InvalidInput) as refused:
        load(tmp_path, {"authorities": {"bafin": configured}})

    assert words in refused.value.message
    assert "authority bafin: " in refused.value.message
    assert "s3cret" not in refused.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("authorities: {a: {kind: folder}, a: {kind: folder}}", "a key stands there for the"),
        ("authorities: [", "it is not YAML"),
        ("authorities: {}\nmore: 1", "more: Extra inputs are not permitted"),
        ("authorities: {'../up': {kind: folder}}", "authority ../up: id: "),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """The worker does not start with half of it."""
    with pytest.raises(InvalidInput) as refused:
        load(tmp_path, text)

    assert words in refused.value.message


def test_a_file_that_is_away_is_refused_by_its_setting(tmp_path: Path) -> None:
    """Whoever has misspelt it is told where."""
    settings = Settings(state_folder=tmp_path, authorities_file=tmp_path / "none.yaml")
    with pytest.raises(InvalidInput, match=r"HOLDFAST_AUTHORITIES_FILE: .*none\.yaml cannot be"):
        load_authorities(settings)


def test_the_doctor_finds_what_stands_in_the_way(tmp_path: Path) -> None:
    """A file that others may change, a secret that is away, a folder that is none."""
    (tmp_path / "taken").write_text("a file")
    file = {
        "authorities": {
            "acpr": HTTPS | {"oauth": OAUTH},
            "bafin": MAIL | {"user": "us", "password_file": str(tmp_path / "none")},
            "fma": {"kind": "folder", "folder": str(tmp_path / "taken" / "fma")},
        }
    }
    settings = settings_for(tmp_path, file)
    (tmp_path / "authorities.yaml").chmod(0o622)
    file_finding, *others = authority_findings(settings)

    assert file_finding.mend == f"chmod go-w {tmp_path / 'authorities.yaml'}"
    assert [(each.subject, each.detail) for each in others] == [
        (
            "authority acpr",
            "the secret in /run/secrets/portal cannot be read: No such file or directory",
        ),
        (
            "authority bafin",
            f"the secret in {tmp_path / 'none'} cannot be read: No such file or directory",
        ),
        ("authority fma", f"the folder {tmp_path / 'taken' / 'fma'} cannot be written"),
    ]


def test_the_doctor_repeats_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    """The same words with which the worker refuses to start."""
    findings = authority_findings(settings_for(tmp_path, "authorities: ["))

    assert [each.subject for each in findings] == ["authorities"]
    assert "it is not YAML" in findings[0].detail

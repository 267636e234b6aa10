"""Where things are, from the settings alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from holdfast.errors import InvalidInput
from holdfast.settings import LogFormat, Settings, environment_of, load_settings
from holdfast.stack.database_urls import database_urls
from holdfast.stack.postgres_home import socket_folder


def test_another_process_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a part is started with gives it the settings of its supervisor."""
    settings = Settings(
        state_folder=Path("/somewhere else"),
        api_port=18000,
        log_format=LogFormat.JSON,
        checkpoint_channels=SecretStr("json://user:secret@host/ mailto://user:secret@host"),
    )
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)

    assert load_settings() == settings


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"api_port": 18000}, "http://127.0.0.1:18000"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8000"),  # noqa: S104 - all addresses
        ({"host": "10.0.0.7"}, "http://10.0.0.7:8000"),
        ({"public_url": "https://bank.example/"}, "https://bank.example"),
        ({"public_url": "https://bank.example/dora"}, "https://bank.example/dora"),
    ],
)
def test_links_lead_to_this_machine_unless_said_otherwise(given: dict[str, Any], url: str) -> None:
    """Without a slash at the end, so that a path can follow."""
    assert Settings(**given).public_url == url


@pytest.mark.parametrize(
    "url", ["bank.example", "ftp://bank.example", "https://b/?a=1", "https://"]
)
def test_a_link_leads_to_an_address_of_the_web(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Anything else stops the start, by the name that the operator typed."""
    monkeypatch.setenv("HOLDFAST_PUBLIC_URL", url)
    with pytest.raises(InvalidInput, match="HOLDFAST_PUBLIC_URL"):
        load_settings()


def test_no_secret_stands_in_the_settings_as_they_are_printed() -> None:
    """A traceback or a debugger's line may show them."""
    secret = SecretStr("json://user:s3cret@host/")
    assert "s3cret" not in repr(Settings(checkpoint_channels=secret, timestamp_authority=secret))


def test_misspelt_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that no setting has is never taken for the default."""
    monkeypatch.setenv("HOLDFAST_API_PROT", "18000")

    with pytest.raises(InvalidInput, match="HOLDFAST_API_PROT"):
        load_settings()


def test_wrong_value_is_named_with_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that is none is refused by the name that the operator typed."""
    monkeypatch.setenv("HOLDFAST_API_PORT", "eighty")

    with pytest.raises(InvalidInput, match="HOLDFAST_API_PORT"):
        load_settings()


def test_embedded_database_is_reached_by_one_role_each(tmp_path: Path) -> None:
    """The application never gets the role that may change evidence."""
    urls = database_urls(Settings(state_folder=tmp_path))
    folder = tmp_path / "postgres" / "socket"

    assert urls.application == f"postgresql://holdfast_app@/holdfast?host={folder}"
    assert urls.migration == f"postgresql://postgres@/holdfast?host={folder}"


def test_other_database_is_taken_as_it_is_named() -> None:
    """Both URLs come from the settings; one alone serves for both."""
    alone = Settings(database_url="postgresql://app@db/holdfast")
    both = Settings(
        database_url="postgresql://app@db/holdfast",
        migration_database_url="postgresql://owner@db/holdfast",
    )

    assert database_urls(alone).migration == "postgresql://app@db/holdfast"
    assert database_urls(both).migration == "postgresql://owner@db/holdfast"


def test_socket_leaves_a_folder_whose_path_is_too_long_for_one() -> None:
    """A socket's path has room for 107 bytes; each long home still has its own folder."""
    short, long = Path("/srv/holdfast/postgres"), Path("/srv") / ("x" * 90) / "postgres"

    assert socket_folder(short) == short / "socket"
    assert len(str(socket_folder(long))) < 60
    assert socket_folder(long) == socket_folder(long)
    assert socket_folder(long) != socket_folder(long.with_name("other"))

"""All settings, read once from the environment by a composition root; nothing else reads it.

Every setting is an environment variable `HOLDFAST_<NAME>`; an unknown one stops the start, so
that a misspelt name can never silently mean the default.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from holdfast.errors import InvalidInput

__all__ = ["LogFormat", "Settings", "environment_of", "load_settings"]

_PREFIX = "HOLDFAST_"


class LogFormat(StrEnum):
    """How log lines look: for people on a console, or one JSON object a line."""

    CONSOLE = "console"
    JSON = "json"


class Settings(BaseSettings):
    """What can differ between two installations of Holdfast."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid")

    state_folder: Path = Field(
        default=Path(".holdfast"),
        description="What the one-machine platform keeps: database, server state, keys, logs.",
    )
    policies_folder: Path = Field(
        default=Path(__file__).resolve().parent.parent / "policies",
        description="The versioned rules as data.",
    )
    host: str = Field(default="127.0.0.1", description="Address the API and Temporal listen on.")
    api_port: int = Field(default=8000, ge=1, le=65535, description="Port of the API.")
    temporal_port: int = Field(
        default=7233, ge=1, le=65535, description="Port of the embedded Temporal server."
    )
    temporal_ui_port: int = Field(
        default=8233, ge=1, le=65535, description="Port of the embedded Temporal Web UI."
    )
    public_url: str = Field(
        default_factory=lambda given: _own_url(given["host"], given["api_port"]),
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="Where providers reach the API, for the links that messages carry.",
    )
    worker_metrics_port: int = Field(
        default=8001, ge=1, le=65535, description="Port of the worker's Prometheus metrics."
    )
    temporal_address: str | None = Field(
        default=None,
        description="host:port of a Temporal cluster; unset: the embedded server on temporal_port.",
    )
    temporal_namespace: str = Field(default="default", description="Temporal namespace.")
    temporal_retention_days: int = Field(
        default=400, ge=1, description="How long the embedded server keeps closed histories, days."
    )
    task_queue: str = Field(default="holdfast", description="Temporal task queue of the worker.")
    database_url: str | None = Field(
        default=None,
        description="postgresql:// URL for the application role; unset: embedded PostgreSQL.",
    )
    migration_database_url: str | None = Field(
        default=None,
        description="postgresql:// URL for the role that migrates; unset: embedded PostgreSQL.",
    )
    sequencer_database_url: str | None = Field(
        default=None,
        description="postgresql:// URL for the sequencer's role; unset: embedded PostgreSQL.",
    )
    sequencer_metrics_port: int = Field(
        default=8002, ge=1, le=65535, description="Port of the sequencer's Prometheus metrics."
    )
    sequencer_interval_ms: int = Field(
        default=250, ge=10, le=60_000, description="Time between two batches of the log, ms."
    )
    log_origin: str = Field(
        default="localhost/dora/evidence/main",
        pattern=r"^[A-Za-z0-9._:/-]{1,200}$",
        description="Name of the evidence log in every proof: your-domain/dora/evidence/name.",
    )
    checkpoint_channels: SecretStr | None = Field(
        default=None,
        description="Apprise URLs, separated by spaces, to which checkpoints go; they are secrets.",
    )
    checkpoint_channel_minutes: int = Field(
        default=60, ge=1, description="Least time between two checkpoints to a channel, minutes."
    )
    timestamp_authority: SecretStr | None = Field(
        default=None,
        description="URL of an RFC 3161 authority for the log's checkpoints; may hold a password.",
    )
    witness: str | None = Field(
        default=None,
        description="'<vkey> <url>' of a C2SP tlog-witness that cosigns the log's checkpoints.",
    )
    check_schedule: str = Field(
        default="30 2 * * *",
        pattern=r"^[0-9A-Za-z*/,? -]{9,100}$",
        description="When the evidence is checked: a cron expression of five fields, UTC.",
    )
    recurrence_schedule: str = Field(
        default="0 6 1 * *",
        pattern=r"^[0-9A-Za-z*/,? -]{9,100}$",
        description="When the month before is assessed for recurring incidents: cron, UTC.",
    )
    history_limit: int = Field(
        default=1000,
        ge=50,
        description="Events after which a workflow run continues as new.",
    )
    cached_workflows: int = Field(
        default=1000, ge=1, description="Workflow runs that the worker keeps in memory."
    )
    attachment_limit_mib: int = Field(
        default=25, ge=1, le=100, description="Largest attachment that is taken in, MiB."
    )
    channels_file: Path | None = Field(
        default=None,
        description="YAML file of the channels for communications; it holds secrets.",
    )
    authorities_file: Path | None = Field(
        default=None,
        description="YAML file of the ways to competent authorities.",
    )
    automations_file: Path = Field(
        default=Path(__file__).resolve().parent / "automation" / "automations.yaml",
        description="YAML file of what steps of playbooks may have done without a person.",
    )
    tasks_webhook_url: SecretStr | None = Field(
        default=None,
        description="Where a ticket system is told of remediation tasks; it may hold a secret.",
    )
    tasks_webhook_secret_file: Path | None = Field(
        default=None,
        description="File of the secrets that sign what the ticket system is told.",
    )
    tasks_incoming_secret_file: Path | None = Field(
        default=None,
        description="File of the secrets with which the ticket system signs what it tells.",
    )
    log_format: LogFormat = Field(default=LogFormat.CONSOLE, description="console or json.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    otlp_endpoint: str | None = Field(
        default=None, description="OTLP/HTTP collector for traces, such as http://localhost:4318."
    )

    @field_validator("public_url")
    @classmethod
    def _without_the_last_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @property
    def temporal_target(self) -> str:
        """The host:port that clients connect to."""
        return self.temporal_address or f"{self.host}:{self.temporal_port}"

    @property
    def tokens_file(self) -> Path:
        """Where the local access tokens are, readable by their owner only."""
        return self.state_folder / "tokens.json"

    @property
    def signing_key_file(self) -> Path:
        """The Ed25519 key with which the API signs principals; readable by its owner only."""
        return self.state_folder / "keys" / "principal.ed25519"

    @property
    def log_keys_folder(self) -> Path:
        """The Ed25519 keys that sign the log's checkpoints; for the sequencer only."""
        return self.state_folder / "keys" / "log"

    @property
    def checkpoint_file(self) -> Path:
        """The append-only file of checkpoints, outside of the database."""
        return self.state_folder / "checkpoints.jsonl"

    @property
    def personal_data_key_file(self) -> Path:
        """The key that wraps the keys of personal data, in no database; for API and worker."""
        return self.state_folder / "keys" / "personal-data.kek"

    @property
    def vendor_key_file(self) -> Path:
        """The key that signs the links by which providers answer; for API and worker."""
        return self.state_folder / "keys" / "vendor-links.key"

    @property
    def outbox_folder(self) -> Path:
        """Where the channels on this machine leave what was sent; readable by its owner only."""
        return self.state_folder / "outbox"

    @property
    def authorities_folder(self) -> Path:
        """Where what goes to authorities is left, for those that have no folder of their own."""
        return self.state_folder / "authorities"

    @property
    def drills_folder(self) -> Path:
        """Where the messages of drills are left that must not leave the house."""
        return self.state_folder / "drills"

    @property
    def verifying_key_file(self) -> Path:
        """The public half, all that the worker needs."""
        return self.signing_key_file.with_suffix(".pub")


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        InvalidInput: a `HOLDFAST_` variable has no setting of that name, or a wrong value.
    """
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)
    if unknown:
        message = f"unknown settings in the environment: {', '.join(unknown)}"
        raise InvalidInput(message, unknown=unknown)
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{_PREFIX}{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors()
        )
        message = f"settings in the environment are wrong: {wrong}"
        raise InvalidInput(message) from error


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the variables from which another process reads these same settings."""
    values = settings.model_dump(exclude_none=True, exclude_defaults=True)
    return {_PREFIX + name.upper(): _plain(value) for name, value in values.items()}


def _own_url(host: str, port: int) -> str:
    """The API on this machine: whoever listens on all addresses does so on the local one too."""
    return f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 - asked


def _plain(value: object) -> str:
    """Write a value as a variable; a secret is written out, as the other process needs it."""
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)

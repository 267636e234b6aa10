"""`holdfast policy`: policies validated, compared, tried on the past, and published by two people.

Each command imports what it needs when it runs, so that every other one starts quickly.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["policy"]

policy = typer.Typer(
    name="policy", help="Policies: validated, tried on the past, published.", no_args_is_help=True
)

_File = Annotated[Path, typer.Argument(help="A policy's file, or its folder.")]


@policy.command("validate")
def validate_command(
    files: Annotated[
        list[Path], typer.Argument(help="Files, the folder of one policy, or a folder of policies.")
    ],
) -> None:
    """Check documents without a platform; exit code 2 and a line for each fault if any is wrong."""
    from holdfast.cli.policy_files import validate

    if not validate(files):
        raise typer.Exit(2)


@policy.command("diff")
def diff_command(
    file: _File,
    *,
    against: Annotated[
        str | None,
        typer.Option("--against", help="A version, or another file; default: what is in force."),
    ] = None,
) -> None:
    """Say what a document changes: against what is in force, another version, or another file."""
    from holdfast.cli.policy_files import diff

    diff(file, against)


@policy.command("try")
def try_command(file: _File) -> None:
    """Judge past incidents under a document, and say what would have come out otherwise."""
    from holdfast.cli.policy_trying import try_file

    try_file(file)


@policy.command("publish")
def publish_command(
    file: _File,
    *,
    label: Annotated[
        str, typer.Option("--as", help="Whose local token, such as compliance or management_body.")
    ],
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why; it goes into the evidence.")
    ] = None,
    effective_at: Annotated[
        str | None,
        typer.Option("--effective-at", help="From when, such as 2026-04-01T00:00:00Z; else now."),
    ] = None,
) -> None:
    """Draft and try a document; the same command by another person puts it into force."""
    from holdfast.cli.policy_publishing import PublishOptions, publish

    publish(PublishOptions(file, label, reason, _instant(effective_at)))


def _instant(text: str | None) -> datetime | None:
    from pydantic import TypeAdapter, ValidationError

    from holdfast.domain.values import Instant
    from holdfast.errors import InvalidInput

    try:
        return TypeAdapter(Instant | None).validate_python(text)
    except ValidationError as error:
        message = f"'{text}' is no instant: give one such as 2026-04-01T00:00:00Z"
        raise InvalidInput(message) from error

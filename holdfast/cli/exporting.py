"""`holdfast export`: an incident's evidence in a file or a folder, complete or not at all.

It is recorded first, by the system, for the operator whose account runs the command.
"""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.cli.export_target import ExportTarget, require_free, sha256_of
from holdfast.domain.events import EventKind
from holdfast.domain.roles import SYSTEM
from holdfast.errors import InvalidInput, NotFound, Unavailable
from holdfast.evidence.bundle.contents import BundleContents
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.settings import Settings, load_settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.availability import DATABASE_ERRORS, is_unavailable, reason_of
from holdfast.store.database import create_engine
from holdfast.store.export.bundle_making import make_bundle
from holdfast.store.export.collecting import collect
from holdfast.store.export.exporting import (
    ExportRequest,
    disclose_keys,
    find_manifest,
    write_manifest,
)
from holdfast.store.log.publication import await_published

__all__ = ["ExportOptions", "export_command"]

_PUBLISHED_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What the command line asks for; with `manifest`, an earlier export is made again."""

    incident: str
    to: Path | None
    folder: bool
    purpose: str | None
    previous: int | None
    withhold: Sequence[str]
    personal_data: bool
    manifest: str | None


def export_command(options: ExportOptions) -> None:
    """Write a bundle, and print where it is and how to verify it.

    Raises:
        InvalidInput: a purpose is missing, a kind is unknown, or the place cannot be written to.
        Conflict: there is something at that place already.
        NotFound: there is no such incident, checkpoint or export.
        Unavailable: the database or the sequencer does not answer.
    """
    request = _request(options)
    if options.to is not None:
        require_free(options.to)
    path, contents, manifest = asyncio.run(_export(load_settings(), options, request))
    typer.echo(f"{path}")
    if path.is_file():
        typer.echo(f"SHA-256 {sha256_of(path)}")
    typer.echo(f"{len(contents.records)} record(s); its export is {manifest}")
    verifier = f"{path}/verify_evidence.py" if path.is_dir() else "verify_evidence.py"
    typer.echo(f"verify it: python3 -I {verifier} --vkey '{contents.log_keys[0].vkey}' {path}")


def _request(options: ExportOptions) -> ExportRequest | None:
    if options.manifest is not None:
        if options.purpose or options.previous or options.withhold or options.personal_data:
            message = "with --manifest, the export has said already what goes out, and what for"
            raise InvalidInput(message)
        return None
    if not (options.purpose or "").strip():
        message = "say with --purpose what the evidence is taken out for: it is recorded"
        raise InvalidInput(message)
    return ExportRequest(
        incident_id=options.incident,
        actor=SYSTEM,
        purpose=(options.purpose or "").strip(),
        withheld_kinds=tuple(map(_kind, options.withhold)),
        previous_size=options.previous,
        personal_data=options.personal_data,
        operator=_operator(),
    )


def _kind(name: str) -> EventKind:
    try:
        return EventKind(name)
    except ValueError as error:
        message = f"there are no records of the kind {name}: docs/evidence.md lists the kinds"
        raise InvalidInput(message) from error


def _operator() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # An account without a name, as in many containers.
        return f"uid-{os.getuid()}"


async def _export(
    settings: Settings, options: ExportOptions, request: ExportRequest | None
) -> tuple[Path, BundleContents, str]:
    engine = create_engine(database_urls(settings).application, part="export")
    place = options.to.parent if options.to else Path()
    try:
        # Before anything is recorded: what cannot be written has not gone out.
        with _progress() as progress, ExportTarget(place, folder=options.folder) as target:
            task = progress.add_task("recording", total=None)
            manifest = await _record(engine, options, request)
            progress.update(task, description="waiting for the log")
            await _wait(engine, manifest)
            progress.update(task, description="collecting")
            keyring = KeyEncryptionKeys(settings.personal_data_key_file)
            async with engine.connect() as connection:
                contents = await collect(connection, manifest, keyring)
                progress.update(task, description="writing")
                await make_bundle(
                    *(connection, contents, target),
                    lambda done, total: progress.update(task, completed=done, total=total),
                )
            path = options.to or _default_path(options, contents)
            target.finish(path)
    except DATABASE_ERRORS as error:
        if not is_unavailable(error):
            raise
        message = f"the database does not answer ({reason_of(error)}): start it with `holdfast up`"
        raise Unavailable(message) from error
    finally:
        await engine.dispose()
    return path, contents, manifest


async def _record(
    engine: AsyncEngine, options: ExportOptions, request: ExportRequest | None
) -> str:
    if request is not None:
        return await write_manifest(engine, request)
    async with engine.begin() as connection:
        manifest = await find_manifest(connection, options.manifest or "")
        if manifest.incident != options.incident:
            message = f"{manifest.id} is an export of another incident"
            raise NotFound(message, entry_id=manifest.id)
        said = manifest.event.payload
        if said["personal_data"]:
            # The keys go out once more: that is on record too.
            kinds = tuple(EventKind(kind) for kind in said["withheld_kinds"])
            again = ExportRequest(options.incident, SYSTEM, said["purpose"], kinds)
            await disclose_keys(connection, again, manifest.workflow)
    return manifest.id


async def _wait(engine: AsyncEngine, manifest: str) -> None:
    try:
        await await_published(engine, manifest, _PUBLISHED_WITHIN)
    except Unavailable as error:
        message = f"{error.message} Once it does, go on with --manifest '{manifest}'"
        raise Unavailable(message, **error.fields) from error


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _default_path(options: ExportOptions, contents: BundleContents) -> Path:
    name = f"{contents.incident}-evidence-{contents.size}"
    return Path(name if options.folder else f"{name}.zip")

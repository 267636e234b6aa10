"""`holdfast log-key`: the keys that sign the evidence log, listed, rotated, retired.

Each command imports what it needs when it runs, so that every other one starts quickly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from holdfast.errors import Unavailable
from holdfast.settings import load_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from holdfast.evidence.log_keys import LogKeys
    from holdfast.sequencer.key_rotation import KeyStanding

__all__ = ["log_keys"]

log_keys = typer.Typer(
    name="log-key", help="The keys that sign the evidence log.", no_args_is_help=True
)

_Result = TypeVar("_Result")
_Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for the sequencer.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why; it goes into the evidence.")]


@log_keys.command("list")
def list_command() -> None:
    """Show the verifier keys as an auditor compares them, since when each signs, and whether."""
    from holdfast.sequencer.key_rotation import list_keys

    standings = _run(list_keys)
    for standing in standings:
        typer.echo(f"{standing.vkey}\n    {_words(standing)}")
    if not standings:
        typer.echo("no key has signed yet: the sequencer's first start registers the first")


@log_keys.command("rotate")
def rotate_command(reason: _Reason, wait: _Wait = 10) -> None:
    """Have a new key sign beside the present one, vouched for by it; the sequencer must run."""
    from holdfast.sequencer.key_rotation import rotate

    key = _run(lambda engine, keys: rotate(engine, keys, reason, timedelta(seconds=wait)))
    typer.echo(f"{key.vkey}\n    signs from size {key.from_size} on, vouched for by {key.rotation}")
    typer.echo(
        "Both keys sign until `holdfast log-key retire`: back up the new one, and give its verifier"
        " key to the witness first"
    )


@log_keys.command("retire")
def retire_command(
    key: Annotated[str, typer.Argument(help="The key id, or the verifier key, of `list`.")],
    reason: _Reason,
    wait: _Wait = 10,
) -> None:
    """Have a key sign no longer, once the log says so; the sequencer must run."""
    from holdfast.sequencer.key_rotation import retire

    retired = _run(lambda engine, keys: retire(engine, keys, key, reason, timedelta(seconds=wait)))
    typer.echo(f"{retired.vkey}\n    signs no longer; keep its verifier key, destroy its file")


def _run(work: Callable[[AsyncEngine, LogKeys], Awaitable[_Result]]) -> _Result:
    from holdfast.evidence.log_keys import LogKeys
    from holdfast.stack.database_urls import database_urls
    from holdfast.store.database import create_engine

    settings = load_settings()
    keys = LogKeys(settings.log_keys_folder, settings.log_origin)

    async def run() -> _Result:
        engine = create_engine(database_urls(settings).application, part="log-key")
        try:
            return await work(engine, keys)
        except OSError as error:
            message = f"the database does not answer ({error}): start it with `holdfast up`"
            raise Unavailable(message) from error
        finally:
            await engine.dispose()

    try:
        return asyncio.run(run())
    except Unavailable as error:
        if error.fields.get("part") != "sequencer":
            raise
        message = (
            f"{error.message} Start it with `holdfast sequencer` or `holdfast up`, then give the "
            "same command again: it goes on from here"
        )
        raise Unavailable(message) from error


def _words(standing: KeyStanding) -> str:
    if standing.from_size is None:
        return f"key id {standing.key_id}; waits to be vouched for: `holdfast log-key rotate`"
    vouched = f"vouched for by {standing.rotation}" if standing.rotation else "the first key"
    state = "signs"
    if standing.retirement:
        state = f"retired by {standing.retirement}"
        if standing.is_here:
            state = f"{state}, but signs still: give `holdfast log-key retire` again"
    return f"key id {standing.key_id}; {state}; from size {standing.from_size} on; {vouched}"

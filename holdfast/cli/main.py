"""The command `holdfast`: the platform as a whole, and its pieces one by one.

Each command imports what it needs when it runs, so that every one starts quickly. Errors meet the
terminal in one place, `main`, as one sentence and an exit code: 2 refused, 3 unavailable, 4 fatal.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from holdfast import __version__
from holdfast.cli.groups import GROUPS
from holdfast.cli.playing import demo, drill
from holdfast.errors import Fatal, HoldfastError, NotFound, Refused, Unavailable
from holdfast.settings import load_settings

__all__ = ["app", "main"]

app = typer.Typer(
    name="holdfast",
    help="ICT incidents under DORA as durable workflows, with evidence that stands.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _group in GROUPS:
    app.add_typer(_group)

_EXIT_CODES: dict[type[HoldfastError], int] = {Refused: 2, Unavailable: 3, Fatal: 4}
# Temporal's client leaves threads behind that may crash the interpreter while it ends: with this
# pause, none of 60 short runs ended by a signal; without, 4 of 12 did.
_SETTLING_SECONDS = 0.05
_LARGEST_REQUEST_HEAD = 64 * 1024
_KEEP_ALIVE_SECONDS = 75
_API_STOPS_WITHIN_SECONDS = 8


def main() -> NoReturn:
    """Run the command line, and end the process with its exit code."""
    try:
        app()
    except HoldfastError as error:
        _errors().print(f"[red]holdfast: {escape(error.message)}[/red]", highlight=False)
        sys.exit(next(code for kind, code in _EXIT_CODES.items() if isinstance(error, kind)))
    finally:
        if "temporalio" in sys.modules:
            time.sleep(_SETTLING_SECONDS)
    sys.exit(0)


@app.command()
def up() -> None:
    """Start the whole platform on this machine, and keep it running until Ctrl-C."""
    from holdfast.stack.parts import run_platform
    from holdfast.stack.summary import ready_table

    settings = load_settings()
    started = time.monotonic()
    console = _errors()

    def report(line: str) -> None:
        console.print(f"[yellow]holdfast:[/yellow] {escape(line)}", highlight=False)

    def announce() -> None:
        Console().print(ready_table(settings, time.monotonic() - started))

    report("starting the parts; Ctrl-C stops them")
    asyncio.run(run_platform(settings, report, announce))
    report("everything is stopped")


@app.command("worker")
def run_worker() -> None:
    """Run the Temporal worker alone."""
    import worker

    worker.main(load_settings())


@app.command("sequencer")
def run_sequencer() -> None:
    """Run the sequencer alone: it puts recorded evidence into the signed log."""
    from holdfast.sequencer.main import main as sequence

    sequence(load_settings())


@app.command("api")
def run_api() -> None:
    """Run the API alone, in one process."""
    import uvicorn

    from api.app import create_app

    settings = load_settings()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.api_port,
        # Our own logging and tracing say what happened, with ids; the server's would say it twice.
        access_log=False,
        log_config=None,
        server_header=False,
        # The head only: the body's limit is the application's own, with a typed answer.
        h11_max_incomplete_event_size=_LARGEST_REQUEST_HEAD,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_API_STOPS_WITHIN_SECONDS,
    )


@app.command()
def migrate(
    *,
    database_only: Annotated[
        bool, typer.Option("--database-only", help="Leave the Temporal namespace as it is.")
    ] = False,
) -> None:
    """Bring the database, and the search attributes of the Temporal namespace, to this version."""
    from holdfast.stack.parts import prepare_database, prepare_namespace

    settings = load_settings()

    async def run() -> None:
        revision = await prepare_database(settings)
        typer.echo(f"database: at revision {revision}")
        if not database_only:
            registered = await prepare_namespace(settings)
            typer.echo(f"search attributes: {registered} registered, the others were there")

    asyncio.run(run())


@app.command()
def doctor() -> None:
    """Look for what is wrong with this installation, and say how to mend it."""
    from rich.table import Table

    from holdfast.stack.doctor import examine

    findings = asyncio.run(examine(load_settings()))
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        mark = "[green]ok[/green]" if finding.ok else "[red]fail[/red]"
        mend = f" → {finding.mend}" if finding.mend else ""
        table.add_row(mark, finding.subject, escape(finding.detail + mend))
    Console().print(table)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command()
def rebuild() -> None:
    """Make the projections anew from the evidence log."""
    from rich.progress import Progress

    from holdfast.stack.database_urls import database_urls
    from holdfast.store.database import create_engine
    from holdfast.store.rebuild import rebuild as rebuild_projections

    async def run() -> int:
        engine = create_engine(database_urls(load_settings()).migration, part="rebuild")
        try:
            with Progress(console=_errors()) as progress:
                task = progress.add_task("entries")
                return await rebuild_projections(
                    engine,
                    lambda done, total: progress.update(task, completed=done, total=total),
                )
        except OSError as error:
            message = f"the database does not answer ({error}): start it with `holdfast up`"
            raise Unavailable(message) from error
        finally:
            await engine.dispose()

    typer.echo(f"projections rebuilt from {asyncio.run(run())} entries")


@app.command()
def fsck(
    *,
    first: Annotated[
        int | None, typer.Option("--from", min=0, help="The first leaf; widened to its batch.")
    ] = None,
    to: Annotated[
        int | None,
        typer.Option("--to", min=0, help="Stop before that leaf; and leave the rest unchecked."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an interrupted check was.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check the evidence: records, leaves, tiles, checkpoints and signatures, all derived again."""
    from holdfast.cli.checking import fsck_command

    fsck_command(first, to, resume=resume, as_json=as_json)


@app.command()
def replay(
    incident: Annotated[str | None, typer.Argument(help="An incident, such as INC-….")] = None,
    bundle: Annotated[
        Path | None, typer.Option("--bundle", help="A bundle instead: its folder or ZIP archive.")
    ] = None,
) -> None:
    """Make every judgement of an incident again from its evidence, and compare byte for byte."""
    from holdfast.cli.replaying import replay_command

    replay_command(incident, bundle)


@app.command()
def export(  # noqa: PLR0913 - an option each
    incident: Annotated[str, typer.Argument(help="An incident, such as INC-….")],
    *,
    to: Annotated[Path | None, typer.Option("--to", help="Where to; never overwritten.")] = None,
    folder: Annotated[bool, typer.Option("--folder", help="A folder, not a ZIP archive.")] = False,
    purpose: Annotated[
        str | None, typer.Option("--purpose", help="What for; it goes into the evidence.")
    ] = None,
    previous: Annotated[
        int | None, typer.Option("--previous", help="Size of a checkpoint that the reader kept.")
    ] = None,
    withhold: Annotated[
        list[str] | None, typer.Option("--withhold", help="A kind of records to leave out.")
    ] = None,
    personal_data: Annotated[
        bool, typer.Option("--personal-data", help="With the keys of sealed personal data.")
    ] = False,
    manifest: Annotated[
        str | None, typer.Option("--manifest", help="Make this earlier export again.")
    ] = None,
) -> None:
    """Write the evidence of an incident as a bundle that anyone can verify offline."""
    from holdfast.cli.exporting import ExportOptions, export_command

    said = (purpose, previous, withhold or (), personal_data, manifest)
    export_command(ExportOptions(incident, to, folder, *said))


@app.command()
def rewrap(
    *,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make a new wrapping key first.")
    ] = False,
) -> None:
    """Wrap the keys of personal data anew, under the present or a new key-encryption key."""
    from holdfast.cli.rewrapping import rewrap_command

    rewrap_command(new_key=new_key)


app.command()(demo)
app.command()(drill)


@app.command()
def token(label: Annotated[str, typer.Argument(help="A role, such as responder.")]) -> None:
    """Print a local access token, as the first `holdfast up` made it."""
    from holdfast.store.local_tokens import read_local_tokens

    path = load_settings().tokens_file
    tokens = read_local_tokens(path)
    if not tokens:
        message = f"no access tokens in {path}: the first `holdfast up` makes them"
        raise NotFound(message)
    if label not in tokens:
        message = f"no access token {label}: there are {', '.join(tokens)}"
        raise NotFound(message)
    typer.echo(tokens[label].token)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def _errors() -> Console:
    return Console(stderr=True, soft_wrap=True)


if __name__ == "__main__":
    main()

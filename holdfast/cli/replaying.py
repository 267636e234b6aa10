"""`holdfast replay`: every judgement of an incident made again, each with what came of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from holdfast.domain.chains import workflow_of
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import Judgement, ReplayReport, Verdict
from holdfast.domain.values import JsonValue
from holdfast.errors import InvalidInput, Unavailable
from holdfast.evidence.replay_input import read_bundle
from holdfast.settings import load_settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.store.replaying import replay_incident

__all__ = ["replay_command"]

_MARKS = {
    Verdict.SAME: "[green]same[/green]",
    Verdict.DIFFERENT: "[red]different[/red]",
    Verdict.NOT_REPLAYABLE: "[yellow]not replayable[/yellow]",
}
_LONGEST_VALUE = 300


def replay_command(incident: str | None, bundle: Path | None) -> None:
    """Make the judgements of an incident again, from the database or from a bundle, and say so.

    Raises:
        InvalidInput: both or neither were named, or the bundle is none.
        NotFound: there is no evidence of that incident.
        Unavailable: the database does not answer.
        typer.Exit: with code 1, where a judgement comes out differently.
    """
    if (incident is None) is (bundle is None):
        message = "name either an incident or, with --bundle, a bundle"
        raise InvalidInput(message)
    if bundle is not None:
        given = read_bundle(bundle)
        incident, report = given.incident, replay(given.events, given.policies)
    else:
        incident = incident or ""
        report = asyncio.run(_replay_stored(incident))
    _print(incident, report)
    if report.having(Verdict.DIFFERENT):
        raise typer.Exit(1)


async def _replay_stored(incident: str) -> ReplayReport:
    engine = create_engine(database_urls(load_settings()).application, part="replay")
    try:
        async with engine.connect() as connection:
            return await replay_incident(connection, incident)
    except OSError as error:
        message = f"the database does not answer ({error}): start it with `holdfast up`"
        raise Unavailable(message) from error
    finally:
        await engine.dispose()


def _print(incident: str, report: ReplayReport) -> None:
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for heading in ("entry", "judgement", "judged again", "result"):
        table.add_column(heading, overflow="fold")
    for judgement in report.judgements:
        table.add_row(
            _plain(judgement.entry.removeprefix(workflow_of(incident))),
            str(judgement.kind or "unknown"),
            judgement.compared,
            _MARKS[judgement.verdict],
        )
    console.print(table)
    console.print()
    for judgement in report.judgements:
        for line in _explanation(judgement):
            console.print(line, soft_wrap=True)
    console.print(f"\n{_plain(incident)}: {_conclusion(report)}", soft_wrap=True)


def _explanation(judgement: Judgement) -> Iterator[str]:
    if judgement.verdict is Verdict.SAME:
        return
    said = f"{_MARKS[judgement.verdict]} {_plain(judgement.entry)}"
    yield f"{said}: {_plain(judgement.reason or '')}"
    recorded, rejudged = judgement.recorded, judgement.rejudged
    if recorded is None or rejudged is None:
        return
    for name in sorted({*recorded, *rejudged}):
        before, now = _json(recorded.get(name)), _json(rejudged.get(name))
        if before != now:
            yield f"  {_plain(name)}: recorded {_short(before)}, judged again {_short(now)}"


def _conclusion(report: ReplayReport) -> str:
    same, different, silent = (len(report.having(verdict)) for verdict in Verdict)
    total = len(report.judgements)
    counted = (
        f"{total} judgements in {report.entries} entries; "
        f"{same} same, {different} different, {silent} not replayable."
    )
    if different:
        return f"{counted} What is recorded is not what the rules give on the recorded inputs."
    if silent:
        return f"{counted} Of those that are not replayable, this says nothing."
    if not total:
        return f"{counted} There is nothing to judge again."
    return f"{counted} Every judgement comes out byte for byte as it was recorded."


def _json(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)


def _short(text: str) -> str:
    return _plain(text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…")


def _plain(text: str) -> str:
    """Text of a bundle may come from anywhere: no markup, and nothing that moves the cursor."""
    return escape("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text))

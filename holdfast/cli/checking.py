"""`holdfast fsck`: everything that can be derived from the evidence, derived again and compared."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import DBAPIError

from holdfast.errors import InvalidInput, Unavailable
from holdfast.evidence.check_report import CheckReport, CheckStage
from holdfast.evidence.check_report import Progress as CheckProgress
from holdfast.evidence.log_keys import LogKeys
from holdfast.settings import Settings, load_settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.store.log.fsck import check_log

__all__ = ["fsck_command"]

_SAVE_EVERY = 2.0
"""Seconds of work that an interruption may cost."""

_WORDS = {
    CheckStage.LEAVES: "leaves, records, tiles, checkpoints",
    CheckStage.RECORDS: "records that are not in the log",
    CheckStage.CHAINS: "ends of the chains",
    CheckStage.ARTIFACTS: "artifacts",
    CheckStage.WHOLE: "the log as a whole",
    CheckStage.DONE: "done",
}


def fsck_command(first: int | None, end: int | None, *, resume: bool, as_json: bool) -> None:
    """Check the evidence log of this installation, and say what does not hold.

    Raises:
        InvalidInput: there is no such range, or nothing of this log to go on with.
        Unavailable: the database does not answer.
        typer.Exit: with code 1, where anything does not hold.
    """
    settings = load_settings()
    if resume and (first, end) != (None, None):
        message = "a check that is resumed keeps its range: leave out --from and --to"
        raise InvalidInput(message)
    saved = _Saved(settings.state_folder / "fsck.json", settings.log_origin)
    start = saved.read() if resume else None
    report = asyncio.run(_check(settings, saved, first or 0, end, start))
    saved.path.unlink(missing_ok=True)
    if as_json:
        typer.echo(json.dumps(report.model_dump(mode="json"), ensure_ascii=False))
    else:
        _print(report)
    if not report.sound:
        raise typer.Exit(1)


async def _check(
    settings: Settings, saved: _Saved, first: int, end: int | None, start: CheckProgress | None
) -> CheckReport:
    engine = create_engine(database_urls(settings).application, part="fsck")
    keys = LogKeys(settings.log_keys_folder, settings.log_origin)
    try:
        with _shown() as bar:

            def told(progress: CheckProgress) -> None:
                bar.tell(progress)
                saved.write(progress)

            return await check_log(
                engine,
                keys.verifiers(),
                first=first,
                end=end,
                checkpoint_file=settings.checkpoint_file,
                progress=told,
                resume=start,
            )
    except (OSError, DBAPIError, asyncpg.PostgresError) as error:
        message = f"the database does not answer as it should ({error}): see `holdfast doctor`"
        raise Unavailable(message) from error
    finally:
        await engine.dispose()


@dataclass(slots=True)
class _Saved:
    """Where a check was, in a small file, so that one that was interrupted can go on."""

    path: Path
    origin: str
    _written: float = field(default_factory=time.monotonic)

    def read(self) -> CheckProgress | None:
        """Read where the last check was; None if it came to its end.

        Raises:
            InvalidInput: the file is damaged, or of another log.
        """
        if not self.path.exists():
            return None
        try:
            saved = json.loads(self.path.read_text())
            if saved["log"] != self.origin:
                message = f"{self.path} is of a check of the log {saved['log']}: remove it"
                raise InvalidInput(message)
            return CheckProgress.model_validate_json(json.dumps(saved["progress"]))
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            message = f"{self.path} cannot be read: remove it, and start the check anew"
            raise InvalidInput(message) from error

    def write(self, progress: CheckProgress) -> None:
        """Keep where the check is, now and then."""
        if time.monotonic() - self._written < _SAVE_EVERY:
            return
        self._written = time.monotonic()
        draft = self.path.with_suffix(".new")
        content = {"log": self.origin, "progress": progress.model_dump(mode="json")}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(content))
        draft.rename(self.path)


@dataclass(frozen=True, slots=True)
class _Bar:
    """The bar on a terminal; elsewhere nothing is shown."""

    progress: Progress

    def tell(self, at: CheckProgress) -> None:
        """Show how far the check is."""
        (task,) = self.progress.task_ids
        words = _WORDS[at.stage] + (f": {at.count} finding(s)" if at.count else "")
        done, total = at.next - at.first, at.end - at.first
        self.progress.update(task, completed=done, total=total, description=words)


@contextlib.contextmanager
def _shown() -> Iterator[_Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        progress.add_task(_WORDS[CheckStage.LEAVES], total=None)
        yield _Bar(progress)


def _print(report: CheckReport) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for finding in report.findings:
        console.print(f"[red]{finding.code}[/red]  {escape(finding.words)}")
    if more := report.count - len(report.findings):
        console.print(f"… and {more} more finding(s)")
    what = f"leaves {report.first} to {report.end} of {report.size}, root {report.root}"
    waiting = f"; {report.waiting} record(s) wait for the log" if report.waiting else ""
    if report.sound:
        console.print(f"[green]everything holds[/green]: {what}{waiting}")
    else:
        console.print(f"[red]{report.count} finding(s)[/red]: {what}{waiting}")

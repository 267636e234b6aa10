"""`holdfast policy try`: past incidents judged under a candidate; nothing is written."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from holdfast.cli.trial_tables import changes_table, summary_table
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.trial.report import TrialReport
from holdfast.errors import Unavailable
from holdfast.settings import load_settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.store.policies import load_candidate
from holdfast.store.trial import try_policy

__all__ = ["try_file"]


def try_file(file: Path) -> None:
    """Try a document on the past, and print what would have come out otherwise.

    Raises:
        InvalidInput: the document is refused, or its kind cannot be tried.
        Unavailable: the database does not answer.
    """
    report = asyncio.run(_try(load_candidate(file)))
    console = Console(highlight=False)
    if report.changes:
        console.print(changes_table(report))
        console.print()
    console.print(summary_table(report.summary))


async def _try(candidate: PinnedPolicy) -> TrialReport:
    engine = create_engine(database_urls(load_settings()).application, part="policy-trial")
    console = Console(stderr=True)
    columns = (TextColumn("incidents"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("incidents", total=None)
            return await try_policy(
                engine,
                candidate,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
    except OSError as error:
        message = f"the database does not answer ({error}): start it with `holdfast up`"
        raise Unavailable(message) from error
    finally:
        await engine.dispose()

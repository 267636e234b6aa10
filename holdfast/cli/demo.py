"""`holdfast demo`: plays one incident against a running platform, and shows what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from holdfast.cli.demo_api import DemoApi
from holdfast.cli.demo_incident import DemoIncident
from holdfast.cli.demo_scene import of_entity
from holdfast.cli.key_figures import print_key_figures
from holdfast.errors import Unavailable
from holdfast.settings import Settings
from holdfast.store.local_tokens import read_local_tokens

__all__ = ["run"]

_OVERSIGHT = "/third-parties/1/oversight.html"


def run(settings: Settings, service: str | None = None) -> DemoIncident:
    """Play the whole incident with a progress display; end with its timeline and key figures.

    Raises:
        Unavailable: there is no platform to play against, or it does not come back.
    """
    tokens = read_local_tokens(settings.tokens_file)
    if not tokens:
        message = f"there are no local tokens in {settings.tokens_file}: start with `make up`"
        raise Unavailable(message)
    base_url = f"http://{settings.host}:{settings.api_port}"
    api = DemoApi(base_url, {label: token.token for label, token in tokens.items()})
    incident = DemoIncident(
        api, service or f"demo-payments-{secrets.token_hex(3)}", settings.outbox_folder
    )
    console = Console()
    try:
        _play(console, incident)
        _show(console, settings, base_url, incident, incident.timeline())
        print_key_figures(api, console=console)
    finally:
        api.close()
    return incident


def _play(console: Console, incident: DemoIncident) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(incident.steps))
        for step in incident.steps:
            progress.update(task, description=escape(step.title))
            outcome = step.play()
            progress.advance(task)
            progress.console.print(f"[green]✓[/green] {escape(step.title)}: {escape(outcome)}")


def _show(
    console: Console,
    settings: Settings,
    base_url: str,
    incident: DemoIncident,
    lines: Sequence[Mapping[str, Any]],
) -> None:
    table = Table(title=f"Timeline of {incident.incident_id}", title_justify="left")
    table.add_column("at (UTC)", no_wrap=True)
    table.add_column("as", overflow="fold")
    table.add_column("what", overflow="fold", ratio=1)
    for line in lines:
        who = "" if line["role"] == "system" else f" [dim]({line['actor_id']})[/dim]"
        table.add_row(line["occurred_at"][11:19], line["role"], escape(line["summary"]) + who)
    console.print(table)
    console.print(_proof(incident))
    workflow = f"incident%2F{incident.incident_id}"
    console.print(f"API            {base_url}/docs", highlight=False)
    console.print(f"The incident   {base_url}/v1/incidents/{incident.incident_id}", highlight=False)
    console.print(
        f"Its workflow   http://{settings.host}:{settings.temporal_ui_port}"
        f"/namespaces/{settings.temporal_namespace}/workflows/{workflow}",
        highlight=False,
    )
    console.print(f"Sent mails     {settings.outbox_folder / 'mail'}/*.eml", highlight=False)
    console.print(f"Oversight      {base_url}/v1/incidents/{incident.incident_id}{_OVERSIGHT}")
    for path in incident.reporting.keep_files(settings.outbox_folder / "reports"):
        console.print(f"Report         {path}", highlight=False)
    console.print(f"Status page    {base_url}/status", highlight=False)


def _proof(incident: DemoIncident) -> Table:
    """The proof of the evaluation that made it major, line by line."""
    evaluation = incident.classification.turned
    table = Table(
        title=f"Evaluation {evaluation['number']}: why the incident is major", title_justify="left"
    )
    for column in ("clause", "criterion", "value", "limit", "result", "quality"):
        table.add_column(column, overflow="fold")
    for line in of_entity(evaluation)["classification"]["proof"]:
        style = "bold" if line["result"] == "met" else "dim"
        cells = (line[name] for name in ("clause", "criterion", "value", "limit"))
        said = ["" if cell is None else escape(str(cell)) for cell in cells]
        table.add_row(*said, line["result"].replace("_", " "), line["quality"], style=style)
    return table

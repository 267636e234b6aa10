"""`holdfast drill`: plays a scripted drill against a running platform, and shows its score."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from holdfast.cli.demo_api import DemoApi
from holdfast.cli.drill_play import DrillPlay
from holdfast.errors import Unavailable
from holdfast.settings import Settings
from holdfast.store.local_tokens import read_local_tokens

__all__ = ["DEFAULT_SCRIPT", "run"]

DEFAULT_SCRIPT = "payment-outage"


def run(settings: Settings, script: str = DEFAULT_SCRIPT) -> DrillPlay:
    """Play a drill to its end; show its score, and who was not trained for long.

    Raises:
        Unavailable: there is no platform to play against, or it does not come back.
        Refused: there is no such script.
    """
    tokens = read_local_tokens(settings.tokens_file)
    if not tokens:
        message = f"there are no local tokens in {settings.tokens_file}: start with `make up`"
        raise Unavailable(message)
    base_url = f"http://{settings.host}:{settings.api_port}"
    api = DemoApi(base_url, {label: token.token for label, token in tokens.items()})
    play = DrillPlay(api, script, f"drill-{secrets.token_hex(3)}")
    console = Console()
    try:
        for step in play.steps:
            outcome = step.play()
            console.print(f"[green]✓[/green] {escape(step.title)}: {escape(outcome)}")
        _show(console, settings, base_url, play)
    finally:
        api.close()
    return play


def _show(console: Console, settings: Settings, base_url: str, play: DrillPlay) -> None:
    drill = play.read()
    console.print(_decisions(drill))
    console.print(_figures(drill["score"]))
    console.print(_goals(drill["score"]))
    console.print(_untrained(play.untrained()))
    said = f"{drill['title']}, at {drill['pace']} times the usual pace"
    console.print(f"The drill      {escape(said)}", highlight=False)
    console.print(f"Its page       {base_url}/v1/drills/{play.incident_id}", highlight=False)
    console.print(f"Kept in house  {settings.drills_folder}", highlight=False)


def _decisions(drill: Mapping[str, Any]) -> Table:
    title = f"Drill {drill['incident_id']}: how long it took to decide, in the time of the drill"
    table = Table(title=title, title_justify="left")
    for column in ("question", "outcome", "took", "in time", "how"):
        table.add_column(column, overflow="fold")
    for each in drill["score"]["decisions"]:
        outcome = "voided" if each["voided"] else each["outcome"] or "open"
        how = "bypassed" if each["bypassed"] else ""
        late = "missed" if each["missed"] else "yes"
        table.add_row(each["request"], outcome, _length(each["took_seconds"]), late, how)
    return table


def _figures(score: Mapping[str, Any]) -> Table:
    table = Table(title="Score", title_justify="left", show_header=False)
    ratified = f"{score['ratified']} ratified, {score['not_ratified']} not"
    reasons = ", ".join(f"{count} {name}" for name, count in score["refused_by_reason"].items())
    people = (f"{each['person']} ({each['role']})" for each in score["participants"])
    for name, value in (
        ("lasted", _length(score["lasted_seconds"])),
        ("injects", f"{score['injected']} of {score['injects']}"),
        ("decided", f"{score['decided']}, {score['undecided']} left open"),
        ("slowest decision", _length(score["slowest_seconds"])),
        ("average decision", _length(score["average_seconds"])),
        ("missed clocks", str(score["missed"])),
        ("bypasses", f"{score['bypasses']} ({ratified})"),
        ("refused attempts", f"{score['refused']} ({reasons or 'none'})"),
        ("took part", ", ".join(people)),
        ("did not take part", ", ".join(score["absent_roles"]) or "none of the roles"),
    ):
        table.add_row(name, escape(value))
    return table


def _goals(score: Mapping[str, Any]) -> Table:
    table = Table(title="Goals", title_justify="left")
    for column in ("goal", "within", "after", "kept"):
        table.add_column(column, overflow="fold")
    for goal in score["goals"]:
        kept = "[green]kept[/green]" if goal["kept"] else "[red]missed[/red]"
        within, after = (_length(goal[name]) for name in ("within_seconds", "after_seconds"))
        table.add_row(escape(goal["title"]), within, after, kept)
    return table


def _untrained(missing: Mapping[str, Any]) -> Table:
    title = f"Not trained for the role in {missing['months']} months"
    table = Table(title=title, title_justify="left")
    for column in ("role", "person", "last trained"):
        table.add_column(column, overflow="fold")
    for each in missing["missing"]:
        table.add_row(each["role"], each["person"], each["last_trained_on"] or "never")
    return table


def _length(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    hours, rest = divmod(seconds, 3_600)
    minutes, left = divmod(rest, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {left} s"

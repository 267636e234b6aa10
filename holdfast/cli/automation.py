"""`holdfast automation`: what steps may have done without a person, listed and tried.

Each command imports what it needs when it runs, so that every other one starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.errors import InvalidInput, NotFound
from holdfast.settings import load_settings

if TYPE_CHECKING:
    from holdfast.automation import Automation, Done

__all__ = ["automation"]

automation = typer.Typer(
    name="automation", help="What steps may have done without a person.", no_args_is_help=True
)

_LONGEST_SHOWN = 4_000


@automation.command("list")
def list_command() -> None:
    """Show each automation: what it does, what it takes, and what keeps it from being done here."""
    from holdfast.automation import load_automations

    for name, each in load_automations(load_settings()).all.items():
        again = "repeated after a crash" if each.repeatable else "never repeated by itself"
        typer.echo(f"{name}: {each.kind}, {each.seconds:g} s, {again}\n    {each.title}")
        for parameter, expression in each.parameters.items():
            typer.echo(f"    {parameter}: {expression}")
        if fault := each.fault():
            typer.echo(f"    cannot be done here: {fault}")


@automation.command("try")
def try_command(
    name: Annotated[str, typer.Argument(help="An automation of `list`.")],
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", help="NAME=WORD, once for each.")
    ] = None,
) -> None:
    """Make a dry run of an automation, and say what came of it; nothing is done in earnest."""
    import asyncio

    from holdfast.automation import load_automations

    automations = load_automations(load_settings())
    found, given = automations.get(name), _words(parameter or [])
    if found is None:
        known = ", ".join(automations.all) or "none"
        message = f"there is no automation {name}; there are: {known}"
        raise NotFound(message)
    if refused := automations.refusal(name, given):
        message = f"{name}: {refused}"
        raise InvalidInput(message)
    done = asyncio.run(_tried(found, given))
    typer.echo(f"{name}: {done.state}: {done.summary}")
    if done.output:
        typer.echo(done.output.decode()[:_LONGEST_SHOWN].rstrip())
    if done.state != "succeeded":
        raise typer.Exit(1)


async def _tried(found: Automation, given: dict[str, str]) -> Done:
    import uuid

    from holdfast.automation import Order

    key = f"automation-trial/{uuid.uuid4()}"
    return await found.dry_run(Order(key, given, found.seconds), lambda _words: None)


def _words(given: list[str]) -> dict[str, str]:
    words = {}
    for each in given:
        name, sign, word = each.partition("=")
        if not sign or name in words:
            message = f"--parameter {name}: give each once, as NAME=WORD"
            raise InvalidInput(message)
        words[name] = word
    return words

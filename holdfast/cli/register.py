"""`holdfast register`: the register of entities and services, kept up from its sources.

Each command imports what it needs when it runs, so that every other one starts quickly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["register"]

register = typer.Typer(
    name="register", help="The register of entities and services.", no_args_is_help=True
)


@register.command("import")
def import_command(
    folder: Annotated[
        Path, typer.Argument(help="Where b_02.01.csv, b_05.01.csv, b_06.01.csv are.")
    ],
    *,
    to: Annotated[
        Path | None, typer.Option("--to", help="The register's folder; default: policies/register.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
    ] = False,
) -> None:
    """Take functions, providers and contracts over from the register of information's templates."""
    from holdfast.dora.register import REGISTER
    from holdfast.settings import load_settings
    from holdfast.store.register_import import prepare_import

    target = to if to is not None else load_settings().policies_folder / REGISTER
    ready = prepare_import(folder, target)
    for section in ready.changes:
        typer.echo("\n".join(section.lines()))
    for words in ready.left_out:
        typer.echo(words)
    if dry_run:
        typer.echo("nothing was written")
        return
    written = ready.write()
    for path in written:
        typer.echo(f"written: {path}")
    if written:
        typer.echo("raise the version in register.yaml before you publish it")
    else:
        typer.echo("nothing to write: the files are as the templates say")


@register.command("holidays")
def holidays_command(  # noqa: PLR0913 - each is an option of the command
    name: Annotated[str, typer.Argument(help="What contracts call the calendar.")],
    *,
    first_year: Annotated[int, typer.Option("--from", help="The first year.")],
    last_year: Annotated[int, typer.Option("--to", help="The last year.")],
    country: Annotated[
        str | None, typer.Option("--country", help="Public holidays of a country, such as DE.")
    ] = None,
    subdivision: Annotated[
        str | None, typer.Option("--subdivision", help="A part of the country, such as HE.")
    ] = None,
    market: Annotated[
        str | None,
        typer.Option("--market", help="Days on which a market is closed; XECB is TARGET."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Of the names, such as en.")
    ] = None,
    to_file: Annotated[
        Path | None,
        typer.Option("--to-file", help="Write it there, such as policies/register/calendars.yaml."),
    ] = None,
) -> None:
    """Make a calendar of holidays for the register, whose dates are pinned in it from then on."""
    from holdfast.cli.holiday_calendars import (
        HolidaySource,
        calendar_text,
        holiday_calendar,
        write_calendar,
    )

    source = HolidaySource(country, subdivision, market, language)
    calendar = holiday_calendar(source, first_year, last_year)
    if to_file is None:
        typer.echo(calendar_text(name, calendar), nl=False)
    elif write_calendar(to_file, name, calendar):
        typer.echo(f"written: {to_file}: {name}, {len(calendar.holidays)} holidays")
        typer.echo("raise the version in register.yaml before you publish it")
    else:
        typer.echo(f"nothing to write: {to_file} has exactly this calendar")

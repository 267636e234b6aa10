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


@register.callback()
def _register() -> None:
    """Keep `import` a command of its own, though it is the only one."""


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

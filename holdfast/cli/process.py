"""`holdfast process`: the process that the platform runs, as a file.

It imports what it needs when it runs, so that every other command starts quickly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["process"]

process = typer.Typer(
    name="process", help="The process that the platform runs.", no_args_is_help=True
)


@process.callback()
def process_command() -> None:
    """Have commands, though there is but one."""


@process.command("bpmn")
def bpmn_command(
    *,
    to: Annotated[
        Path | None, typer.Option("--to", help="Where to; never overwritten. Printed, if left out.")
    ] = None,
) -> None:
    """Print the process as a BPMN 2.0 file, which any viewer of BPMN opens, or write it to FILE."""
    from holdfast.cli.process_file import take_process

    take_process(to)

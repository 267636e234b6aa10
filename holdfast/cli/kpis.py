"""`holdfast kpis`: the key figures of a period, read from the running platform.

It imports what it needs when it runs, so that every other command starts quickly.
"""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["kpis"]

kpis = typer.Typer(
    name="kpis", help="The key figures of the incident process.", invoke_without_command=True
)


@kpis.callback()
def kpis_command(
    *,
    quarter: Annotated[
        str | None, typer.Option("--quarter", help="Such as 2026-Q3; this one, if left out.")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", help="month, quarter, severity, service, entity or kind."),
    ] = None,
) -> None:
    """Print the key figures of a quarter, computed from the evidence."""
    from holdfast.cli.key_figures import show_key_figures

    show_key_figures(quarter, by)

"""The key figures of a period as a table, for the command line and the demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from holdfast.cli.demo_api import DemoApi
from holdfast.domain.key_figures.kinds import Unit
from holdfast.domain.key_figures.words import in_words, share_in_words
from holdfast.errors import NotFound
from holdfast.settings import load_settings
from holdfast.store.local_tokens import read_local_tokens

__all__ = ["KeyFigureApi", "print_key_figures", "show_key_figures"]

_READER = "auditor"
_PATIENCE_SECONDS = 5.0
_HEADINGS = ("count", "open", "median", "p90", "worst", "share", "change")


class KeyFigureApi(Protocol):
    """The platform as a caller meets it."""

    def get(self, path: str, person: str, **parameters: str | int) -> Any:  # noqa: ANN401 - JSON
        """Read."""
        ...


def show_key_figures(quarter: str | None, by: str | None) -> None:
    """Print the figures of a quarter, read with the token of the auditor.

    Raises:
        NotFound: there is no such token.
        Unavailable: the platform does not answer.
    """
    settings = load_settings()
    tokens = read_local_tokens(settings.tokens_file)
    if _READER not in tokens:
        where = settings.tokens_file
        message = f"no access token {_READER} in {where}: the first `holdfast up` makes them"
        raise NotFound(message)
    base = f"http://{settings.host}:{settings.api_port}"
    api = DemoApi(base, {_READER: tokens[_READER].token}, _PATIENCE_SECONDS)
    try:
        print_key_figures(api, quarter=quarter, by=by)
    finally:
        api.close()


def print_key_figures(
    api: KeyFigureApi,
    *,
    person: str = _READER,
    quarter: str | None = None,
    by: str | None = None,
    console: Console | None = None,
) -> None:
    """Print the figures of a quarter, this one if none is named, as that person may read them."""
    given = {"quarter": quarter, "by": by}
    named = {name: value for name, value in given.items() if value is not None}
    answer = api.get("/v1/kpis", person, **named)
    (console or Console()).print(_table(answer))


def _table(answer: Mapping[str, Any]) -> Table:
    title = f"Key figures, {answer['since'][:10]} up to {answer['until'][:10]} (not included)"
    table = Table(title=title, title_justify="left")
    table.add_column("figure", min_width=15)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right")
    for figure in answer["figures"]:
        table.add_row(escape(figure["title"]), *_cells(figure, figure))
        for group in figure["groups"]:
            named = escape(group["name"] or "none")
            table.add_row(f"[dim]  {named}[/dim]", *_cells(figure, group), style="dim")
    return table


def _cells(figure: Mapping[str, Any], of: Mapping[str, Any]) -> list[str]:
    unit, summary = Unit(figure["unit"]), of["summary"]
    fallen = (of["reduction"] or {}).get("total_basis_points")
    return [
        str(summary["measured"]),
        str(summary["open"]),
        *(in_words(summary[name], unit) for name in ("median", "p90", "worst")),
        share_in_words(summary["share_basis_points"]),
        share_in_words(None if fallen is None else -fallen, signed=True),
    ]

"""What `holdfast up` prints once everything is ready: where things are and what to do next."""

from __future__ import annotations

from rich.table import Table

from holdfast.settings import Settings

__all__ = ["ready_table"]


def ready_table(settings: Settings, seconds: float) -> Table:
    """Return the one table with all that a person needs to go on."""
    api = f"http://{settings.host}:{settings.api_port}"
    if settings.temporal_address is None:
        temporal = f"http://{settings.host}:{settings.temporal_ui_port}"
    else:
        temporal = f"the Web UI of {settings.temporal_address}"
    # Without borders, so that the command in it can be copied.
    table = Table(
        title=f"Holdfast is ready after {seconds:.1f} s",
        title_justify="left",
        title_style="bold green",
        box=None,
        show_header=False,
        pad_edge=False,
    )
    table.add_column("what", style="bold", no_wrap=True)
    # Folded, never cut: a command with an ellipsis in it cannot be copied.
    table.add_column("where", overflow="fold")
    table.add_row("API", api)
    table.add_row("API documentation", f"{api}/docs")
    table.add_row("Temporal Web UI", temporal)
    table.add_row("access tokens", f"{settings.tokens_file} (one a role, yours only to read)")
    table.add_row("logs", str(settings.state_folder / "logs"))
    table.add_row("open an incident", _open_an_incident(api))
    table.add_row("play one through", "make demo")
    table.add_row("stop", "Ctrl-C here; starting again resumes every incident")
    return table


def _open_an_incident(api: str) -> str:
    """Return a command of short lines, so that it can be copied out of a narrow terminal."""
    return "\n".join(
        (
            'TOKEN="$(.venv/bin/holdfast token responder)"',
            f"curl {api}/v1/incidents \\",
            '  -H "Authorization: Bearer $TOKEN" \\',
            "  -H 'Content-Type: application/json' -d '{",
            '    "title": "Payments are failing",',
            '    "services": ["payments"]}\'',
        )
    )

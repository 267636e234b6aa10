"""`holdfast demo` and `holdfast drill`: what is played against a running platform."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.settings import load_settings

__all__ = ["demo", "drill"]


def demo() -> None:
    """Play one incident through HTTP, from the firing alert to its end, on a running platform."""
    from holdfast.cli.demo import run  # noqa: PLC0415 - so that every command starts quickly

    run(load_settings())


def drill(
    script: Annotated[
        str, typer.Argument(help="A script of the policy `drills`.")
    ] = "payment-outage",
) -> None:
    """Play a scripted drill through HTTP, on a running platform, and print its score."""
    from holdfast.cli.drill import run  # noqa: PLC0415 - so that every command starts quickly

    run(load_settings(), script)

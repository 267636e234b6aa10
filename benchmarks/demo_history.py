"""(c) how many history events and signals the demo incident takes."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.platform import Platform

__all__ = ["DemoHistory", "measure_demo"]


@dataclass(frozen=True)
class DemoHistory:
    """The history of the demo incident over all its runs."""

    events: int
    signals: int


async def measure_demo(platform: Platform) -> DemoHistory:
    """Play the demo and count."""
    raise NotImplementedError

"""Paths of tiles and entry bundles, as C2SP tlog-tiles writes them: one spelling each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfast.evidence.log.tiles import TILE_WIDTH, tile_number_path

__all__ = ["HIGHEST_LEVEL", "TilePath", "parse_tile_path"]

HIGHEST_LEVEL = 63
"""C2SP tlog-tiles; a log that anybody can fill stays far below."""

_ENTRIES = "entries"
_LARGEST_NUMBER = 2**63 - 1
"""What a `bigint` holds."""

_PATH = re.compile(
    r"(?:(?P<level>0|[1-9][0-9]?)|entries)/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class TilePath:
    """A tile (or with `level` None an entry bundle), and how many of its hashes (or leaves)."""

    level: int | None
    number: int
    width: int = TILE_WIDTH

    @property
    def text(self) -> str:
        """The path below `tile/`."""
        level = _ENTRIES if self.level is None else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"{level}/{tile_number_path(self.number)}{partial}"


def parse_tile_path(path: str) -> TilePath | None:
    """Read the path below `tile/`; None for anything but the one spelling of a tile."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level = None if match["level"] is None else int(match["level"])
    number = int(re.sub("[x/]", "", match["number"]))
    width = TILE_WIDTH if match["width"] is None else int(match["width"])
    found = TilePath(level, number, width)
    within = (level or 0) <= HIGHEST_LEVEL and number <= _LARGEST_NUMBER and width <= TILE_WIDTH
    # What leads to the same tile by another way (zeros in front, a full width) is no path of it.
    return found if within and found.text == path else None

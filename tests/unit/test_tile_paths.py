"""Paths of tiles: one spelling each, and nothing else is a path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evidence.log.tile_paths import HIGHEST_LEVEL, TilePath, parse_tile_path
from holdfast.evidence.log.tiles import TILE_WIDTH

_PATHS = st.builds(
    TilePath,
    level=st.none() | st.integers(0, HIGHEST_LEVEL),
    number=st.integers(0, 2**63 - 1) | st.integers(0, 2_000),
    width=st.integers(1, TILE_WIDTH),
)


@given(_PATHS)
def test_a_path_is_read_as_it_was_written(path: TilePath) -> None:
    """Every tile has a path, and it is read back."""
    assert parse_tile_path(path.text) == path


@given(st.text(alphabet="0123456789x/.pentris", max_size=24))
def test_what_is_read_is_spelt_so(text: str) -> None:
    """No other text leads to a tile."""
    path = parse_tile_path(text)
    assert path is None or path.text == text


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("0/x001/x234/067", TilePath(0, 1_234_067)),
        ("0/000.p/1", TilePath(0, 0, 1)),
        ("63/999.p/255", TilePath(63, 999, 255)),
        ("entries/x001/000", TilePath(None, 1_000)),
    ],
)
def test_paths_are_those_of_the_specification(path: str, expected: TilePath) -> None:
    """C2SP tlog-tiles, with its own example."""
    assert parse_tile_path(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/",
        "/000",
        "00/000",
        "01/000",
        "64/000",
        "-1/000",
        "0/0",
        "0/00",
        "0/0000",
        "0/x000/000",
        "0/x000/x001/000",
        "0/x001/000/",
        "0/x001/x000",
        "0/001/000",
        "0/X001/000",
        "0/000.p/0",
        "0/000.p/01",
        "0/000.p/256",
        "0/000.p/999",
        "0/000.p/",
        "0/000.p/1/",
        "0/000.P/1",
        "0/000/.p/1",
        "0/000 ",
        " 0/000",
        "0/000\n",
        "0/\u0660\u0660\u0660",
        "\u0660/000",
        "0/000.p/\u0661",
        "0/../000",
        "entries",
        "entries/",
        "Entries/000",
        "entries/000.p/256",
        "0/x999/x999/x999/x999/x999/x999/999",
        "0/x001/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_anything_else_is_no_path(path: str) -> None:
    """Zeros in front, full widths, other digits, ways up."""
    assert parse_tile_path(path) is None

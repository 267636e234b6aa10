"""A drawing of a graph without circles, in layers from top to bottom.

After Sugiyama: the layer of a box is the longest way to it; the order within a layer follows the
mean of the neighbours; then each layer is moved as near to its neighbours as its widths allow.
A line that passes a layer bends there; lines to the same box share their bends, as a trunk.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

__all__ = ["Layout", "laid_out"]

_ORDERINGS = 24
_MOVES = 40
_BEND_WIDTH = 18
_GAP = 34
# A bend pulls harder than a box: long lines should be straight before boxes are centred.
_PULL_OF_A_BEND = 6.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands.

    `layers` holds boxes and bends from left to right; `centres` their middles, in pixels from the
    left edge; `routes` what each line passes, both its ends included.
    """

    layers: tuple[tuple[str, ...], ...]
    centres: dict[str, int]
    routes: dict[tuple[str, str], tuple[str, ...]]
    width: int


def laid_out(root: str, below: Mapping[str, Sequence[str]], widths: Mapping[str, int]) -> Layout:
    """Place the boxes of a graph and route its lines.

    Args:
        root: the box on top, from which every other is reached.
        below: the boxes that lines lead to from each, from left to right as far as it fits.
        widths: the width of each box, in pixels.
    """
    layer_of = _layers(root, below)
    routes = {
        (name, to): _route(name, to, layer_of)
        for name in layer_of
        for to in dict.fromkeys(below.get(name, ()))
    }
    neighbours = _Neighbours(routes.values())
    layers = _ordered(root, layer_of, neighbours)
    centres = _placed(layers, neighbours, widths)
    left = min(centre - _width(name, widths) / 2 for name, centre in centres.items())
    right = max(centre + _width(name, widths) / 2 for name, centre in centres.items())
    return Layout(
        layers=tuple(tuple(layer) for layer in layers),
        centres={name: round(centre - left) for name, centre in centres.items()},
        routes=routes,
        width=round(right - left),
    )


class _Neighbours:
    """Which boxes and bends a line joins directly, upwards and downwards."""

    def __init__(self, routes: Iterable[tuple[str, ...]]) -> None:
        self.above: dict[str, list[str]] = {}
        self.below: dict[str, list[str]] = {}
        for route in routes:
            for upper, lower in itertools.pairwise(route):
                if lower not in self.below.setdefault(upper, []):
                    self.below[upper].append(lower)
                    self.above.setdefault(lower, []).append(upper)


def _layers(root: str, below: Mapping[str, Sequence[str]]) -> dict[str, int]:
    order = [*TopologicalSorter(below).static_order()]
    layer_of = {root: 0}
    for name in reversed(order):
        for to in below.get(name, ()):
            layer_of[to] = max(layer_of.get(to, 0), layer_of[name] + 1)
    return layer_of


def _route(name: str, to: str, layer_of: Mapping[str, int]) -> tuple[str, ...]:
    passed = range(layer_of[name] + 1, layer_of[to])
    return (name, *(f"{to}@{layer}" for layer in passed), to)


def _ordered(root: str, layer_of: Mapping[str, int], near: _Neighbours) -> list[list[str]]:
    layers: list[list[str]] = [[] for _ in range(max(layer_of.values()) + 1)]
    seen, waiting = {root}, [(root, 0)]
    while waiting:
        name, layer = waiting.pop()
        layers[layer].append(name)
        new = [to for to in near.below.get(name, []) if to not in seen]
        seen.update(new)
        waiting += [(to, layer + 1) for to in reversed(new)]
    best, fewest = layers, _crossings(layers, near)
    for turn in range(_ORDERINGS):
        layers = _swept(layers, near.above if turn % 2 == 0 else near.below, down=turn % 2 == 0)
        if (crossings := _crossings(layers, near)) < fewest:
            best, fewest = layers, crossings
    return best


def _swept(
    layers: list[list[str]], neighbours: Mapping[str, list[str]], *, down: bool
) -> list[list[str]]:
    swept = [list(layer) for layer in layers]
    place: dict[str, float] = {}
    for layer in swept if down else reversed(swept):
        own = {name: position / max(1, len(layer) - 1) for position, name in enumerate(layer)}
        layer.sort(key=lambda name: _mean(name, own, neighbours, place))
        place.update((name, position) for position, name in enumerate(layer))
    return swept


def _mean(
    name: str,
    own: Mapping[str, float],
    neighbours: Mapping[str, list[str]],
    place: Mapping[str, float],
) -> float:
    places = [place[other] for other in neighbours.get(name, []) if other in place]
    return sum(places) / len(places) if places else own[name]


def _crossings(layers: list[list[str]], near: _Neighbours) -> int:
    crossings = 0
    for upper, lower in itertools.pairwise(layers):
        place = {name: position for position, name in enumerate(lower)}
        ends = [sorted(place[to] for to in near.below.get(name, [])) for name in upper]
        passed: list[int] = []
        for group in ends:
            crossings += sum(len(passed) - bisect_right(passed, end) for end in group)
            for end in group:
                insort(passed, end)
    return crossings


def _width(name: str, widths: Mapping[str, int]) -> int:
    return widths.get(name, _BEND_WIDTH)


def _placed(
    layers: list[list[str]], near: _Neighbours, widths: Mapping[str, int]
) -> dict[str, float]:
    centres: dict[str, float] = {}
    for layer in layers:
        centres |= _apart(layer, dict.fromkeys(layer, 0.0), widths)
    for move in range(_MOVES):
        down = move % 2 == 0
        for layer in layers if down else reversed(layers):
            wanted = {name: _wanted(name, near, centres, widths) for name in layer}
            centres |= _apart(layer, wanted, widths)
    return centres


def _wanted(
    name: str, near: _Neighbours, centres: Mapping[str, float], widths: Mapping[str, int]
) -> float:
    """The mean of the neighbours, in which a straight line counts for more than a near box."""
    total, weights = 0.0, 0.0
    for other in (*near.above.get(name, []), *near.below.get(name, [])):
        weight = 1.0 if other in widths else _PULL_OF_A_BEND
        total += weight * centres[other]
        weights += weight
    return total / weights if weights else centres[name]


def _apart(
    layer: list[str], wanted: Mapping[str, float], widths: Mapping[str, int]
) -> dict[str, float]:
    """The places nearest to the wanted ones that keep order and distance (isotonic regression)."""
    offsets = [0.0]
    for left, right in itertools.pairwise(layer):
        offsets.append(offsets[-1] + (_width(left, widths) + _width(right, widths)) / 2 + _GAP)
    blocks: list[tuple[float, float, int]] = []
    for name, offset in zip(layer, offsets, strict=True):
        weight = 1.0 if name in widths else _PULL_OF_A_BEND
        block = (weight * (wanted[name] - offset), weight, 1)
        while blocks and blocks[-1][0] / blocks[-1][1] >= block[0] / block[1]:
            before = blocks.pop()
            block = (before[0] + block[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    starts = [total / weight for total, weight, count in blocks for _ in range(count)]
    return {
        name: start + offset for name, start, offset in zip(layer, starts, offsets, strict=True)
    }

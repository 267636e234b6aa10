"""The lines between shapes, drawn in right angles."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.domain.process_model.shapes import Way

__all__ = ["Bounds", "Point", "message_route", "route"]

Point = tuple[int, int]

_CHANNEL = 14
"""How far from the edge of its row a line runs that goes around shapes."""

_INTO = 26


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle, in units of the diagram."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle_x(self) -> int:
        """The middle between its left and right edge."""
        return self.x + self.width // 2

    @property
    def middle_y(self) -> int:
        """The middle between its upper and lower edge."""
        return self.y + self.height // 2


def route(
    way: Way, source: Bounds, target: Bounds, row: tuple[int, int], half_column: int
) -> tuple[Point, ...]:
    """The points of a flow; `row` is between which heights its source stands."""
    if way is Way.UPRIGHT:
        return _upright(source, target)
    if way is Way.BACK:
        return _around(source, target, row[1] - _CHANNEL)
    if way is Way.OVER:
        return _over(source, target, row[0] + _CHANNEL)
    return _right(source, target, half_column)


def message_route(source: Bounds, target: Bounds, channel: int) -> tuple[Point, ...]:
    """The points of a message from one pool to one below, along the channel above that one."""
    return (
        (source.middle_x, source.bottom),
        (source.middle_x, channel),
        (target.middle_x, channel),
        (target.middle_x, target.y),
    )


def _right(source: Bounds, target: Bounds, half_column: int) -> tuple[Point, ...]:
    start, end = (source.right, source.middle_y), (target.x, target.middle_y)
    if start[1] == end[1]:
        return start, end
    between = source.middle_x + half_column
    return start, (between, start[1]), (between, end[1]), end


def _upright(source: Bounds, target: Bounds) -> tuple[Point, ...]:
    leaves = source.y if target.middle_y < source.middle_y else source.bottom
    x = source.middle_x
    if target.middle_x == x:
        return (x, leaves), (x, target.bottom if target.y < source.y else target.y)
    return (x, leaves), (x, target.middle_y), (target.x, target.middle_y)


def _around(source: Bounds, target: Bounds, channel: int) -> tuple[Point, ...]:
    enters = target.bottom if target.middle_y < channel else target.y
    # Into the left of a wide step: on its right a clock may sit.
    x = target.x + _INTO if target.width > 2 * _INTO else target.middle_x
    return (
        (source.middle_x, source.bottom),
        (source.middle_x, channel),
        (x, channel),
        (x, enters),
    )


def _over(source: Bounds, target: Bounds, channel: int) -> tuple[Point, ...]:
    # Far targets are reached above everything: the channel is then that of the highest row.
    channel = min(channel, target.y - 40)
    return (
        (source.middle_x, source.y),
        (source.middle_x, channel),
        (target.middle_x, channel),
        (target.middle_x, target.y),
    )

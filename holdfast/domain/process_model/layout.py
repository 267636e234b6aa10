"""Where everything of the model is drawn: integers, the same for the same model.

Lanes are stacked in a pool and pools below each other; columns and rows are those of the model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from holdfast.domain.incident.state import Phase
from holdfast.domain.process_model.routes import Bounds, Point, message_route, route
from holdfast.domain.process_model.shapes import Node, NodeKind, Pool, ProcessModel
from holdfast.domain.roles import Role

__all__ = ["Layout", "lay_out"]

_COLUMN, _ROW = 170, 150
_LEFT, _TOP, _POOL_GAP = 160, 80, 80
_STRIP = 30
_EVENT = 36
_SIZES = {
    NodeKind.START: (_EVENT, _EVENT),
    NodeKind.END: (_EVENT, _EVENT),
    NodeKind.THROW: (_EVENT, _EVENT),
    NodeKind.CATCH: (_EVENT, _EVENT),
    NodeKind.BOUNDARY: (_EVENT, _EVENT),
    NodeKind.EXCLUSIVE: (50, 50),
    NodeKind.PARALLEL: (50, 50),
}
_TASK = (110, 80)
_AROUND_ASIDE = (20, 12)


@dataclass(slots=True)
class Layout:
    """The bounds of every shape and the points of every line, by the ids of the model."""

    pools: dict[str, Bounds] = field(default_factory=dict)
    lanes: dict[tuple[str, Role], Bounds] = field(default_factory=dict)
    nodes: dict[str, Bounds] = field(default_factory=dict)
    asides: dict[str, Bounds] = field(default_factory=dict)
    phases: dict[Phase, Bounds] = field(default_factory=dict)
    lines: dict[str, tuple[Point, ...]] = field(default_factory=dict)


def lay_out(model: ProcessModel) -> Layout:
    """Place every pool, lane, node, part beside the main flow, phase and line of a model."""
    layout, top = Layout(), _TOP
    for pool in model.pools:
        top = _place_pool(layout, pool, top) + _POOL_GAP
    for message in model.messages:
        below = next(p for p in model.pools if message.target in {n.id for n in p.nodes})
        layout.lines[message.id] = message_route(
            layout.nodes[message.source],
            layout.nodes[message.target],
            layout.pools[below.id].y - _POOL_GAP // 3,
        )
    return layout


def _place_pool(layout: Layout, pool: Pool, top: int) -> int:
    """Place one pool at that height; return where it ends."""
    width = (max(node.column for node in pool.nodes) + 1) * _COLUMN
    y = top
    for lane in pool.lanes:
        rows = 1 + max((node.row for node in pool.nodes if node.lane is lane), default=0)
        layout.lanes[pool.id, lane] = Bounds(_LEFT + _STRIP, y, width + _STRIP, rows * _ROW)
        y += rows * _ROW
    layout.pools[pool.id] = Bounds(_LEFT, top, width + 2 * _STRIP, y - top)
    for node in pool.nodes:
        if node.kind is not NodeKind.BOUNDARY:
            layout.nodes[node.id] = _place(node, layout.lanes[pool.id, node.lane])
    for node in pool.nodes:
        if node.on is not None:
            layout.nodes[node.id] = _on_edge(layout.nodes[node.on])
    for aside in pool.asides:
        inside = [layout.nodes[node.id] for node in pool.nodes if node.aside == aside.id]
        layout.asides[aside.id] = _around(inside)
    _place_phases(layout, pool)
    _draw_flows(layout, pool)
    return y


def _place(node: Node, lane: Bounds) -> Bounds:
    width, height = _SIZES.get(node.kind, _TASK)
    middle_x = _LEFT + 2 * _STRIP + node.column * _COLUMN + _COLUMN // 2
    middle_y = lane.y + node.row * _ROW + _ROW // 2 + node.lower
    return Bounds(middle_x - width // 2, middle_y - height // 2, width, height)


def _on_edge(step: Bounds) -> Bounds:
    """A clock sits on the lower edge of its step, to the right."""
    return Bounds(step.right - _EVENT, step.bottom - _EVENT // 2, _EVENT, _EVENT)


def _around(inside: list[Bounds]) -> Bounds:
    across, along = _AROUND_ASIDE
    left = min(each.x for each in inside) - across - 24
    right = max(each.right for each in inside) + across + 24
    middle = [each.middle_y for each in inside if each.height != _EVENT]
    top = min(middle) - _ROW // 2 + along // 2
    bottom = max(middle) + _ROW // 2 - along // 2
    return Bounds(left, top, right - left, bottom - top)


def _place_phases(layout: Layout, pool: Pool) -> None:
    """Frame the main flow phase by phase, from the event of entering one to that of the next."""
    entered = [node for node in pool.nodes if node.phase is not None]
    main = [layout.nodes[node.id] for node in pool.nodes if node.aside is None]
    if not entered:
        return
    top = layout.pools[pool.id].y + 6
    bottom = max(each.middle_y for each in main) + _ROW // 2 - 6
    for node, later in pairwise(entered[1:]):
        left = layout.nodes[node.id].middle_x - _COLUMN // 2 + 4
        right = layout.nodes[later.id].middle_x - _COLUMN // 2 - 4
        if node.phase is not None:
            layout.phases[node.phase] = Bounds(left, top, right - left, bottom - top)


def _draw_flows(layout: Layout, pool: Pool) -> None:
    nodes = {node.id: node for node in pool.nodes}
    for flow in pool.flows:
        source, target = layout.nodes[flow.source], layout.nodes[flow.target]
        half = _COLUMN // 2
        from_row = _row_of(layout, pool, nodes[flow.source])
        layout.lines[flow.id] = route(flow.way, source, target, from_row, half)


def _row_of(layout: Layout, pool: Pool, node: Node) -> tuple[int, int]:
    """Between which heights the row of a node lies."""
    top = layout.lanes[pool.id, node.lane].y + node.row * _ROW
    return top, top + _ROW

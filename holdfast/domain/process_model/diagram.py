"""The diagram of the process as BPMN interchanges it: a shape or an edge for everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.domain.process_model.layout import Layout
from holdfast.domain.process_model.markup import element
from holdfast.domain.process_model.routes import Bounds, Point
from holdfast.domain.process_model.shapes import Flow, Message, Node, NodeKind, ProcessModel

__all__ = ["diagram"]

_HORIZONTAL = {"isHorizontal": "true"}
_LABEL_WIDTH, _LABEL_LINE = 110, 14
_LETTERS, _LETTERS_OF_GATEWAY = 18, 11
_GATEWAYS = frozenset({NodeKind.EXCLUSIVE, NodeKind.PARALLEL})
_EVENTS = frozenset(
    {NodeKind.START, NodeKind.END, NodeKind.THROW, NodeKind.CATCH, NodeKind.BOUNDARY}
)


def diagram(model: ProcessModel, layout: Layout) -> str:
    """The one diagram of the model, laid out so."""
    plane = element(
        "bpmndi:BPMNPlane",
        {"id": "plane", "bpmnElement": "collaboration"},
        *_frames(model, layout),
        *_shapes(model, layout),
        *_edges(model, layout),
    )
    return element("bpmndi:BPMNDiagram", {"id": "diagram", "name": model.name}, plane)


def _frames(model: ProcessModel, layout: Layout) -> Iterator[str]:
    for pool in model.pools:
        yield _shape(f"pool.{pool.id}", layout.pools[pool.id], _HORIZONTAL)
        for lane in pool.lanes:
            yield _shape(f"lane.{pool.id}.{lane}", layout.lanes[pool.id, lane], _HORIZONTAL)
        for aside in pool.asides:
            expanded = {"isExpanded": "true"}
            yield _shape(f"aside.{aside.id}", layout.asides[aside.id], expanded)


def _shapes(model: ProcessModel, layout: Layout) -> Iterator[str]:
    for node in model.nodes:
        bounds = layout.nodes[node.id]
        marked = {"isMarkerVisible": "true"} if node.kind is NodeKind.EXCLUSIVE else {}
        yield _shape(node.id, bounds, marked, _label_of(node, bounds))
    for phase, bounds in layout.phases.items():
        label = Bounds(bounds.x + 8, bounds.y + 14, 70, _LABEL_LINE)
        yield _shape(f"group.{phase}", bounds, {}, label)


def _edges(model: ProcessModel, layout: Layout) -> Iterator[str]:
    for pool in model.pools:
        for flow in pool.flows:
            points = layout.lines[flow.id]
            yield _edge(flow, points, _label_at(flow, points))
    for message in model.messages:
        points = layout.lines[message.id]
        below = points[2]
        label = Bounds(below[0] + 24, below[1] - 18, 200, _LABEL_LINE)
        yield _edge(message, points, label)


def _label_of(node: Node, bounds: Bounds) -> Bounds | None:
    """Where the name stands of what has no room for it inside: below, a gateway's above."""
    if not node.name or node.kind not in _EVENTS | _GATEWAYS:
        return None
    height = _LABEL_LINE * (1 + len(node.name) // _LETTERS)
    x = bounds.middle_x - _LABEL_WIDTH // 2
    if node.kind in _GATEWAYS:
        height = _LABEL_LINE * (1 + len(node.name) // _LETTERS_OF_GATEWAY)
        return Bounds(bounds.right - 12, bounds.y - height + 8, 64, height)
    if node.kind is NodeKind.BOUNDARY:
        return Bounds(bounds.middle_x - 50, bounds.bottom + 2, 104, height)
    if node.lower:
        return Bounds(bounds.right + 4, bounds.middle_y - height // 2, 84, height)
    return Bounds(x, bounds.bottom + 4, _LABEL_WIDTH, height)


def _label_at(flow: Flow, points: tuple[Point, ...]) -> Bounds | None:
    """The name of an outcome stands where its line begins."""
    if not flow.name:
        return None
    (x, y), (then_x, then_y) = points[0], points[1]
    width = 6 * len(flow.name) + 2
    if then_y == y:
        return Bounds(x + 2, y + 4, width, _LABEL_LINE)
    if then_y < y:
        return Bounds(x - width - 4, y - 40, width, _LABEL_LINE)
    return Bounds(x + 6, min(y + 12, then_y - 16), width, _LABEL_LINE) if then_x == x else None


def _shape(
    of: str, bounds: Bounds, attributes: Mapping[str, str], label: Bounds | None = None
) -> str:
    inside = [_bounds(bounds)]
    if label is not None:
        inside.append(element("bpmndi:BPMNLabel", {}, _bounds(label)))
    named = {"id": f"shape.{of}", "bpmnElement": of, **attributes}
    return element("bpmndi:BPMNShape", named, *inside)


def _edge(of: Flow | Message, points: tuple[Point, ...], label: Bounds | None) -> str:
    inside = [element("di:waypoint", {"x": str(x), "y": str(y)}) for x, y in points]
    if label is not None:
        inside.append(element("bpmndi:BPMNLabel", {}, _bounds(label)))
    return element("bpmndi:BPMNEdge", {"id": f"edge.{of.id}", "bpmnElement": of.id}, *inside)


def _bounds(bounds: Bounds) -> str:
    return element(
        "dc:Bounds",
        {
            "x": str(bounds.x),
            "y": str(bounds.y),
            "width": str(bounds.width),
            "height": str(bounds.height),
        },
    )

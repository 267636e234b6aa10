"""The boxes of a severity tree: a node asks, a leaf says what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from xml.sax.saxutils import escape

from holdfast.diagrams.text_lines import ellipsed, text_width, wrapped
from holdfast.domain.roles import Role
from holdfast.domain.severity import (
    Dimension,
    Leaf,
    MayBeTold,
    Node,
    Operator,
    Severity,
    ToBeTold,
)

__all__ = ["BOX_WIDTH", "SEVERITY_COLOURS", "Box", "leaf_box", "node_box"]

BOX_WIDTH = 272
"""The width of every box, in pixels."""

SEVERITY_COLOURS = {
    Severity.SEV1: ("#fbe3e1", "#a81e16"),
    Severity.SEV2: ("#fdebd8", "#a84b00"),
    Severity.SEV3: ("#faf3cf", "#7a6200"),
    Severity.SEV4: ("#e3f0e6", "#2f6b3c"),
}
"""The fill of a leaf, and the colour of its border and of all lines that lead to it."""

_DIMENSION_COLOURS = {
    Dimension.IMPACT: "#1d4f8c",
    Dimension.URGENCY: "#7a2f8f",
    Dimension.OPERATIONAL_RISK: "#0c6460",
}
_PLAIN = "#4a5a6a"
_PADDING = 14
_INNER = BOX_WIDTH - 2 * _PADDING
_MOST_LINES = 6
_BODY_TOLD = {
    ToBeTold.MUST: "must be told",
    ToBeTold.MAY: "may be told",
    ToBeTold.NO: "not told",
}
_OTHERS_TOLD = {MayBeTold.MAY: "may need to be told", MayBeTold.NO: "not told"}
_SIGNS = {Operator.ABOVE: "more than", Operator.AT_LEAST: "at least"}


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn box: its height in pixels, and its inside, drawn from its upper left corner."""

    height: int
    drawing: str


class _Column:
    """Lines of text one under the other."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.y = 10

    def head(self, left: str, right: str, style: str, size: int) -> None:
        """The head: something on the left, the name in the document on the right."""
        room = _INNER - text_width(left, size, bold=True) - 8
        name = ellipsed(wrapped(right, max(room, 40), 11), 1)[0]
        self.y += 17
        self._write(_PADDING, style, left)
        self._write(BOX_WIDTH - _PADDING, "key", name)
        self.y += 5

    def text(self, text: str, style: str, size: int, *, bold: bool = False) -> None:
        """A paragraph, broken where it must be."""
        for line in ellipsed(wrapped(text, _INNER, size, bold=bold), _MOST_LINES):
            self.y += size + 4
            self._write(_PADDING, style, line)
        self.y += 4

    def mark(self, told: str, text: str) -> None:
        """A line that says who is told: a full circle for must, half a one for may."""
        self.y += 17
        x, y = _PADDING + 5, self.y - 4
        full = "currentColor" if told == "must" else "#ffffff"
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="5" fill="{full}" class="ring"/>')
        if told == "may":
            half = f"M{x} {y - 5}A5 5 0 0 1 {x} {y + 5}z"
            self.parts.append(f'<path d="{half}" fill="currentColor"/>')
        self._write(x + 13, "untold" if told == "no" else "told", text)

    def _write(self, x: int, style: str, text: str) -> None:
        line = f'<text x="{x}" y="{self.y}" class="{style}">{escape(text)}</text>'
        self.parts.append(line)


def node_box(name: str, node: Node) -> Box:
    """Draw a node: what it weighs, its question, the criterion, and the fact that it asks."""
    column = _Column()
    colour = _DIMENSION_COLOURS[node.dimension] if node.dimension else _PLAIN
    weighs = node.dimension.replace("_", " ").upper() if node.dimension else "QUESTION"
    column.head(weighs, name, "badge", 12)
    column.text(node.question, "question", 14, bold=True)
    if node.criterion:
        column.text(node.criterion, "criterion", 12)
    sign = _SIGNS.get(node.operator)
    asked = f"{node.fact} is true" if sign is None else f"{node.fact} is {sign} {node.limit:,}"
    column.text(asked, "fact", 11)
    height = column.y + 8
    stripe = f'<rect width="5" height="{height}" fill="{colour}"/>'
    return Box(height, _framed(height, "#f5f7f9", colour, [stripe, *column.parts]))


def leaf_box(name: str, leaf: Leaf) -> Box:
    """Draw a leaf: severity, priority and why; and what follows where the tree says so."""
    column = _Column()
    fill, colour = SEVERITY_COLOURS[leaf.severity]
    column.head(f"{leaf.severity} · {leaf.priority}", name, "severity", 16)
    column.text(leaf.because, "because", 12)
    if response := leaf.response:
        column.text(f"Update every {_words(response.update_every)}", "cadence", 12, bold=True)
        column.text(f"Involve: {_roles(response.involve)}", "involve", 12)
        steps = [f"{_roles(step.roles)} {_delay(step.after)}" for step in response.ladder]
        column.text(f"When late: {'; '.join(steps)}", "involve", 12)
        told = response.management_body
        column.mark(told, f"Management body: {_BODY_TOLD[told]}")
        column.mark(response.clients, f"Clients: {_OTHERS_TOLD[response.clients]}")
        column.mark(response.authority, f"Authority: {_OTHERS_TOLD[response.authority]}")
    height = column.y + 12
    return Box(height, _framed(height, fill, colour, column.parts))


def _framed(height: int, fill: str, colour: str, parts: list[str]) -> str:
    frame = (
        f'<rect width="{BOX_WIDTH}" height="{height}" rx="3" fill="{fill}" stroke="{colour}"'
        ' class="frame"/>'
    )
    return f'<g color="{colour}">{frame}{"".join(parts)}</g>'


def _roles(roles: tuple[Role, ...]) -> str:
    return ", ".join(role.replace("_", " ") for role in roles)


def _delay(after: timedelta) -> str:
    return f"after {_words(after)}" if after else "at once"


def _words(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    parts = []
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " ".join(parts)

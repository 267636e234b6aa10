"""The severity tree as a picture that a stranger can read: SVG, from the tree alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from holdfast.diagrams.boxes import BOX_WIDTH, SEVERITY_COLOURS, Box, leaf_box, node_box
from holdfast.diagrams.layering import Layout, laid_out
from holdfast.diagrams.text_lines import text_width
from holdfast.domain.severity import SeverityTree

__all__ = ["severity_tree_svg"]

_MARGIN = 32
_HEAD = 96
_LABELS = 30
_CURVES = 64
_HOW_TO_READ = "Start at the top. Labels are answers; lines that meet lead to the same box."
_LINE = "#5b6b7a"
_TAKEN = "#10161c"
_STYLE = """
text { font-family: Helvetica, Arial, "Liberation Sans", sans-serif; fill: #1b2530 }
.title { font-size: 20px; font-weight: 700 } .note { font-size: 12px; fill: #44525f }
.badge { font-size: 11px; font-weight: 700; letter-spacing: .6px; fill: currentColor }
.key { font-size: 11px; fill: #5b6b7a; text-anchor: end }
.question { font-size: 14px; font-weight: 700 } .criterion { font-size: 12px; fill: #33414e }
.fact { font-size: 11px; font-style: italic; fill: #5b6b7a }
.severity { font-size: 16px; font-weight: 700; fill: currentColor }
.because, .involve, .told { font-size: 12px } .cadence { font-size: 12px; font-weight: 700 }
.untold { font-size: 12px; fill: #6b7783 } .ring { stroke: currentColor; stroke-width: 1.4 }
.frame { stroke-width: 1.4 } .line { fill: none; stroke-width: 1.8 }
.taken-line { fill: none; stroke-width: 4 }
.answer { font-size: 11px; font-weight: 700; text-anchor: middle }
.aside { opacity: .38 } .taken .frame { stroke: #10161c; stroke-width: 3.4 }
"""


def severity_tree_svg(
    tree: SeverityTree, *, digest: str | None = None, path: Sequence[str] = ()
) -> str:
    """Draw the tree, self-contained, the same bytes for the same arguments.

    Args:
        tree: what is drawn; a node that several branches lead to is drawn once.
        digest: the digest of the pinned policy, shown beside its version.
        path: names of nodes from the root on, and of the leaf if wanted: the way that a proposal
            took, drawn in bold.

    Raises:
        ValueError: the path is no way through this tree.
    """
    return _Drawing(tree, tuple(path)).svg(digest)


class _Drawing:
    def __init__(self, tree: SeverityTree, path: tuple[str, ...]) -> None:
        self._tree = tree
        self._path = path
        self._taken = frozenset(itertools.pairwise(path))
        _check_path(tree, path)
        self._boxes: dict[str, Box] = {
            **{name: node_box(name, node) for name, node in sorted(tree.nodes.items())},
            **{name: leaf_box(name, leaf) for name, leaf in sorted(tree.leaves.items())},
        }
        below = {name: tuple(node.branches.values()) for name, node in sorted(tree.nodes.items())}
        widths = dict.fromkeys(self._boxes, BOX_WIDTH)
        self._layout: Layout = laid_out(tree.root, below, widths)
        self._tops: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        self._height = self._stacked()

    def _stacked(self) -> int:
        """Put the layers one under the other; an end is where the curves below a layer begin."""
        y = _MARGIN + _HEAD
        for layer in self._layout.layers:
            tallest = max(self._boxes[name].height for name in layer if name in self._boxes)
            for name in layer:
                self._tops[name], self._ends[name] = y, y + tallest + _LABELS
            y += tallest + _LABELS + _CURVES
        return y - _LABELS - _CURVES + _MARGIN

    def svg(self, digest: str | None) -> str:
        tree, width = self._tree, max(self._layout.width, 560) + 2 * _MARGIN
        title = f"{tree.name} {tree.version}"
        said = (
            f"A decision tree with {len(tree.nodes)} questions and {len(tree.leaves)} outcomes."
            " Each question asks one fact; the label on a line is the answer."
        )
        size = f'width="{width}" height="{self._height}"'
        box = f'viewBox="0 0 {width} {self._height}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {box}>',
                f"<title>{escape(title)}</title>",
                f"<desc>{escape(said)}</desc>",
                f"<style>{_STYLE}</style>",
                f'<rect {size} fill="#ffffff"/>',
                _note(18, "title", title),
                _note(40, "note", _HOW_TO_READ),
                *([_note(60, "note", digest)] if digest else []),
                *self._lines(),
                *self._labels(),
                *self._drawn_boxes(),
                "</svg>\n",
            ]
        )

    def _drawn_boxes(self) -> list[str]:
        drawn = []
        for name, box in self._boxes.items():
            left = self._layout.centres[name] + _MARGIN - BOX_WIDTH // 2
            drawn.append(
                f'<g transform="translate({left} {self._tops[name]})"{self._emphasis(name)}>'
                f"<title>{name}</title>{box.drawing}</g>"
            )
        return drawn

    def _emphasis(self, name: str) -> str:
        if not self._path:
            return ""
        return ' class="taken"' if name in self._path else ' class="aside"'

    def _lines(self) -> list[str]:
        """All lines, each once however many share it; those of the path last, on top."""
        plain: dict[str, str] = {}
        taken: dict[str, str] = {}
        for (name, to), route in self._layout.routes.items():
            bold = (name, to) in self._taken
            colour = _TAKEN if bold else self._colour(to)
            for piece, head in self._pieces(name, to, route):
                tip = f'<path d="{head}" fill="{colour}"/>' if head else ""
                style = "taken-line" if bold else "line"
                line = f'<path d="{piece}" class="{style}" stroke="{colour}"/>{tip}'
                (taken if bold else plain)[piece] = line
        aside = ' class="aside"' if self._path else ""
        return [
            f"<g{aside}>{''.join(plain.values())}</g>",
            *taken.values(),
        ]

    def _colour(self, to: str) -> str:
        leaf = self._tree.leaves.get(to)
        return SEVERITY_COLOURS[leaf.severity][1] if leaf else _LINE

    def _pieces(self, name: str, to: str, route: tuple[str, ...]) -> list[tuple[str, str]]:
        """The curves of a line with, where it arrives, the head of the arrow."""
        x, y = self._port(name, to), self._tops[name] + self._boxes[name].height
        pieces = []
        for upper, lower in itertools.pairwise(route):
            start, end, top = y, self._ends[upper], self._tops[lower]
            arrives = lower == to
            next_x = self._landing(upper, to) if arrives else self._middle(lower)
            middle = (end + top) // 2
            head = f"M{next_x - 5} {top - 9}h10l-5 9z" if arrives else ""
            tip = top - 8 if arrives else top
            curve = f"M{x} {start}V{end}C{x} {middle} {next_x} {middle} {next_x} {tip}"
            pieces.append((curve, head))
            x, y = next_x, top
        return pieces

    def _middle(self, name: str) -> int:
        return self._layout.centres[name] + _MARGIN

    def _answers(self, name: str) -> dict[str, list[str]]:
        """The answers that lead to each box below, from left to right."""
        led: dict[str, list[str]] = {}
        for answer, to in self._tree.nodes[name].branches.items():
            led.setdefault(to, []).append(answer)
        first = {to: self._layout.routes[name, to][1] for to in led}
        return dict(sorted(led.items(), key=lambda group: self._middle(first[group[0]])))

    def _port(self, name: str, to: str) -> int:
        """Where a line leaves a box."""
        groups = [*self._answers(name)]
        return self._spread(name, groups.index(to), len(groups))

    def _landing(self, upper: str, to: str) -> int:
        """Where a line arrives at a box, in the order in which the lines come down."""
        routes = self._layout.routes
        coming = {route[-2]: name for (name, end), route in routes.items() if end == to}
        places = {
            last: self._port(name, to) if last == name else self._middle(last)
            for last, name in coming.items()
        }
        order = sorted(places, key=lambda last: (places[last], last))
        return self._spread(to, order.index(upper), len(order))

    def _spread(self, name: str, position: int, count: int) -> int:
        return self._middle(name) - BOX_WIDTH // 2 + BOX_WIDTH * (position + 1) // (count + 1)

    def _labels(self) -> list[str]:
        labels = []
        for name in sorted(self._tree.nodes):
            y = self._tops[name] + self._boxes[name].height + 16
            for to, answers in self._answers(name).items():
                x, text = self._port(name, to), " / ".join(answers)
                half = round(text_width(text, 11, bold=True) / 2) + 6
                aside = self._path and (name, to) not in self._taken
                group = '<g class="aside">' if aside else "<g>"
                labels.append(
                    f"{group}"
                    f'<rect x="{x - half}" y="{y - 11}" width="{2 * half}" height="17" rx="8"'
                    f' fill="#ffffff" stroke="{self._colour(to)}"/>'
                    f'<text x="{x}" y="{y + 2}" class="answer">{text}</text></g>'
                )
        return labels


def _note(y: int, style: str, text: str) -> str:
    return f'<text x="{_MARGIN}" y="{_MARGIN + y}" class="{style}">{escape(text)}</text>'


def _check_path(tree: SeverityTree, path: tuple[str, ...]) -> None:
    allowed: Iterable[str] = (tree.root,)
    for name in path:
        if name not in allowed:
            message = f"'{name}' is not on a way from '{tree.root}' through {tree.name}"
            raise ValueError(message)
        allowed = tree.nodes[name].branches.values() if name in tree.nodes else ()

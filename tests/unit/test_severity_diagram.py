"""The picture of the severity tree: readable, self-contained, and never out of date."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.diagrams import severity_tree_svg
from holdfast.diagrams.__main__ import SEVERITY_TREE_PICTURE, present_severity_tree
from holdfast.diagrams.boxes import BOX_WIDTH
from holdfast.diagrams.text_lines import ellipsed, text_width, wrapped
from holdfast.domain.severity import SeverityTree
from tests.severity_trees import FORMER, PRESENT, PRESENT_POLICY, document, node, sheet, tree

_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box as it stands in a picture."""

    name: str
    left: int
    top: int
    height: int
    texts: tuple[str, ...]
    widths: tuple[float, ...]

    def overlaps(self, other: Drawn) -> bool:
        """Whether the two cover a place in common."""
        return (
            abs(self.left - other.left) < BOX_WIDTH
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )


def boxes(svg: str) -> dict[str, Drawn]:
    """The boxes of a picture by name; a name drawn twice would be missing one."""
    found: list[Drawn] = []
    for group in ET.fromstring(svg).findall(f"{_SVG}g[@transform]"):  # noqa: S314 - our own
        at = re.fullmatch(r"translate\((\d+) (\d+)\)", group.attrib["transform"])
        frame = group.find(f".//{_SVG}rect[@class='frame']")
        assert at is not None
        assert frame is not None
        texts = list(group.iter(f"{_SVG}text"))
        found.append(
            Drawn(
                name=str(group.findtext(f"{_SVG}title")),
                left=int(at[1]),
                top=int(at[2]),
                height=int(frame.attrib["height"]),
                texts=tuple(str(text.text) for text in texts),
                widths=tuple(_end(text) for text in texts),
            )
        )
    assert len({box.name for box in found}) == len(found)
    return {box.name: box for box in found}


def _end(text: ET.Element) -> float:
    """How far a line reaches from its box's left edge."""
    style, x = text.attrib["class"], int(text.attrib["x"])
    if style == "key":
        return x
    size = {"question": 14, "severity": 16, "fact": 11, "badge": 11}.get(style, 12)
    return x + text_width(str(text.text), size, bold=style in {"question", "severity", "cadence"})


def test_the_picture_in_the_documentation_is_that_of_the_present_policy() -> None:
    """After a change of the policy: `python -m holdfast.diagrams` renews it."""
    assert SEVERITY_TREE_PICTURE.read_text(encoding="utf-8") == present_severity_tree(), (
        "docs/severity-tree.svg is out of date: run `python -m holdfast.diagrams`"
    )


def test_the_picture_names_the_version_and_the_digest_of_what_it_shows() -> None:
    """A print on a wall says which tree it was."""
    svg = severity_tree_svg(PRESENT, digest=PRESENT_POLICY.pin.digest)
    root = ET.fromstring(svg)  # noqa: S314 - our own
    shown = [text.text for text in root.findall(f"{_SVG}text")]
    assert "severity-tree 2.0.0" in shown
    assert PRESENT_POLICY.pin.digest in shown
    assert root.findtext(f"{_SVG}title") == "severity-tree 2.0.0"
    assert "15 questions and 8 outcomes" in str(root.findtext(f"{_SVG}desc"))


def test_each_node_says_what_it_weighs_asks_and_counts() -> None:
    """Shared nodes stand there once."""
    drawn = boxes(severity_tree_svg(PRESENT))
    assert drawn.keys() == PRESENT.nodes.keys() | PRESENT.leaves.keys()
    for name, asked in PRESENT.nodes.items():
        words = " ".join(drawn[name].texts)
        assert asked.dimension is not None
        assert asked.dimension.replace("_", " ").upper() in words
        assert asked.question in words
        assert str(asked.criterion) in words
        assert asked.fact in words


def test_each_leaf_says_what_follows() -> None:
    """Severity, priority, cadence, roles, ladder, and who is told."""
    words = " ".join(boxes(severity_tree_svg(PRESENT))["worst"].texts)
    for expected in (
        "SEV1 · P1",
        "Update every 30 minutes",
        "Involve: incident commander, compliance, legal, management body",
        "When late: incident commander at once; compliance, management body after 15 minutes",
        "Management body: must be told",
        "Clients: may need to be told",
    ):
        assert expected in words
    assert "Authority: not told" in boxes(severity_tree_svg(PRESENT))["low"].texts


@pytest.mark.parametrize("drawn", [PRESENT, FORMER], ids=["present", "former"])
def test_no_box_covers_another_and_no_line_of_text_leaves_its_box(drawn: SeverityTree) -> None:
    """A tree of format 1 is drawn too, with what it says."""
    found = boxes(severity_tree_svg(drawn)).values()
    assert not [pair for pair in combinations(found, 2) if pair[0].overlaps(pair[1])]
    assert [width for box in found for width in box.widths if width > BOX_WIDTH - 10] == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_boxes_stand_apart_in_any_tree(data: st.DataObject) -> None:
    """Whatever leads where."""
    count = data.draw(st.integers(1, 12))
    nodes = {}
    for number in range(count):
        ways = [data.draw(st.integers(number + 1, count + 4)) for _ in range(3)]
        ways[0] = number + 1
        nodes[f"n{number}"] = node(
            f"clients_affected > {count - number}", " ".join(f"n{to}" for to in ways)
        )
    content = document(nodes, {})
    named = {asked[answer] for asked in nodes.values() for answer in ("yes", "no", "unknown")}
    leaf = {"severity": "SEV2", "priority": "P2", "because": "It is so."}
    content["leaves"] = dict.fromkeys(named - nodes.keys(), leaf)
    content["format"] = 1
    for asked in nodes.values():
        del asked["dimension"], asked["criterion"]
    drawn = tree(content)
    found = boxes(severity_tree_svg(drawn))
    assert found.keys() == drawn.nodes.keys() | drawn.leaves.keys()
    for one, other in combinations(found.values(), 2):
        assert not one.overlaps(other)
    for name, placed in drawn.nodes.items():
        for to in placed.branches.values():
            assert found[name].top + found[name].height < found[to].top


def test_the_picture_depends_on_nothing_but_the_tree() -> None:
    """Not on the order of the document; and it loads nothing from anywhere."""
    content = json.loads(PRESENT_POLICY.content)
    for kind in ("nodes", "leaves"):
        content[kind] = dict(reversed(content[kind].items()))
    svg = severity_tree_svg(tree(content))
    assert svg == severity_tree_svg(PRESENT)
    assert re.findall(r"https?://[^\"<]*", svg) == ["http://www.w3.org/2000/svg"]
    assert "<script" not in svg
    assert "@import" not in svg


def test_text_that_looks_like_markup_stays_text() -> None:
    """Whoever writes a policy writes no markup into other people's pages."""
    content = json.loads(PRESENT_POLICY.content)
    hostile = "<script>alert('x')</script> & \"so\" ]]>"
    content["nodes"]["malicious"]["question"] = hostile
    content["leaves"]["worst"]["because"] = hostile
    svg = severity_tree_svg(tree(content), digest="<b>")
    assert "<script" not in svg
    drawn = boxes(svg)
    assert "<script>alert('x')</script>" in " ".join(drawn["worst"].texts)


def test_the_way_of_a_proposal_is_drawn_in_bold() -> None:
    """Its boxes and its lines, and nothing else; the rest steps aside."""
    proposal = PRESENT.propose(sheet({"malicious_access": False, "data_loss": True}))
    path = [step.node for step in proposal.path]
    svg = severity_tree_svg(PRESENT, path=[*path, str(proposal.leaf)])
    root = ET.fromstring(svg)  # noqa: S314 - our own
    bold = {group.findtext(f"{_SVG}title") for group in root.findall(f"{_SVG}g[@class='taken']")}
    assert bold == {"malicious", "data", "critical_with_data_loss", "worst"}
    # Three answers; the line to the leaf passes layers and is drawn in as many pieces.
    assert len(root.findall(f"{_SVG}path[@class='taken-line']")) >= 3
    assert "taken-line" not in severity_tree_svg(PRESENT).split("</style>")[1]


@pytest.mark.parametrize(
    "path",
    [["data"], ["malicious", "critical"], ["malicious", "worst", "data"], ["nowhere"]],
    ids=["not the root", "a step left out", "beyond a leaf", "no such node"],
)
def test_a_way_that_is_none_is_refused(path: list[str]) -> None:
    """It would be the way through another version of the tree."""
    with pytest.raises(ValueError, match="is not on a way from 'malicious'"):
        severity_tree_svg(PRESENT, path=path)


@given(st.text(max_size=300), st.sampled_from([11, 12, 14]))
def test_wrapped_text_fits_and_loses_nothing(text: str, size: int) -> None:
    """Lines break between words, and inside a word only where it is too long for a line."""
    lines = wrapped(text, 200, size)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, size) <= 200 for line in lines)


def test_what_is_left_out_shows() -> None:
    """A text of ten thousand characters does not become a box of ten thousand."""
    assert ellipsed(["one", "two", "three"], 2) == ["one", "tw…"]
    assert ellipsed(["one"], 2) == ["one"]

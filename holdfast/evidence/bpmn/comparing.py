"""What is different between two BPMN 2.0 files, element by element: by id, as people name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from holdfast.evidence.bpmn.reading import parse_bpmn

__all__ = ["BpmnDifference", "compare_bpmn"]


@dataclass(frozen=True, slots=True)
class BpmnDifference:
    """The elements that came, went, or say something else, each as `task approve: Approve it`."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def compare_bpmn(before: bytes, after: bytes) -> BpmnDifference:
    """Compare two files by the ids of their elements; where things are drawn is left out.

    Raises:
        InvalidInput: one of them is no valid BPMN 2.0 file.
    """
    old, new = _elements(parse_bpmn(before)), _elements(parse_bpmn(after))
    return BpmnDifference(
        added=tuple(_name(new[each]) for each in new if each not in old),
        removed=tuple(_name(old[each]) for each in old if each not in new),
        changed=tuple(
            _name(new[each]) for each in new if each in old and _own(old[each]) != _own(new[each])
        ),
    )


def _elements(root: Any) -> dict[str, Any]:  # noqa: ANN401 - lxml's elements
    """Every element of the model that has an id, in the order of the file."""
    return {
        element.get("id"): element
        for element in root.iter(etree.Element)
        if element.get("id") is not None and "/BPMN/20100524/MODEL}" in element.tag
    }


def _own(element: Any) -> tuple[object, ...]:  # noqa: ANN401 - lxml's elements
    """What an element says itself: its kind, attributes, and the text of its parts without ids."""
    parts = [
        (part.tag, tuple(sorted(part.attrib.items())), (part.text or "").strip())
        for part in element
        if isinstance(part.tag, str) and part.get("id") is None
    ]
    attributes = tuple(sorted(element.attrib.items()))
    return (element.tag, attributes, (element.text or "").strip(), tuple(parts))


def _name(element: Any) -> str:  # noqa: ANN401 - lxml's elements
    kind, title = etree.QName(element).localname, element.get("name")
    return f"{kind} {element.get('id')}" + (f": {title}" if title else "")

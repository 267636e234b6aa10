"""What a text that calls a provider has to hold, so that it can leave unasked and be answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from jinja2 import nodes

from holdfast.domain.communication.kinds import Purpose
from holdfast.domain.communication.message import ANSWER_LINK
from holdfast.domain.communication.template_values import ALWAYS_SAID_BY_A_CALL
from holdfast.domain.communication.templates import CommunicationsPolicy
from holdfast.store.communications.template_language import ENVIRONMENT, TemplateFlaw

__all__ = ["flaws_of_call"]

_LINK = "answer_link"
_REFERENCE = re.compile(r"\[\{\{-?\s*escalation\s*-?\}\}\]")
_PRINTED_AS = frozenset({"day", "time"})
"""Filters that print the value that they are given."""


def flaws_of_call(
    policy: CommunicationsPolicy, purpose: Purpose, source: str, *, part: Literal["subject", "body"]
) -> list[TemplateFlaw]:
    """Say what is wrong with a source that has no other flaws: in calls of providers, and of them.

    The body of a call prints its link once, whatever is known. Its subject begins with our
    reference, by which answers are matched. It prints nothing without asking that a call may lack:
    nobody looks at it before it leaves.
    """
    return list(_flaws(policy, purpose, source, subject=part == "subject"))


def _flaws(
    policy: CommunicationsPolicy, purpose: Purpose, source: str, *, subject: bool
) -> Iterator[TemplateFlaw]:
    if ANSWER_LINK in source:
        line = source[: source.index(ANSWER_LINK)].count("\n") + 1
        yield TemplateFlaw(line, f"write {{{{ {_LINK} }}}} instead of '{ANSWER_LINK}'")
        return
    if not purpose.calls_a_provider and _LINK not in source:
        return
    tree = ENVIRONMENT.parse(source)
    links = [name for name in tree.find_all(nodes.Name) if name.name == _LINK]
    printed = list(_printed(tree))
    if not purpose.calls_a_provider or subject:
        for link in links:
            yield TemplateFlaw(link.lineno, "the body of a call of a provider alone has a link")
    elif len(links) != 1 or links[0] not in printed:
        line = links[-1].lineno if links else 1
        message = f"a call is answered by its link: write {{{{ {_LINK} }}}} once, unconditionally"
        yield TemplateFlaw(line, message)
    if purpose.calls_a_provider:
        if subject and not _REFERENCE.match(source):
            message = "a subject begins with [{{ escalation }}]: answers are matched by it"
            yield TemplateFlaw(1, message)
        yield from _unasked(policy, printed)


def _unasked(policy: CommunicationsPolicy, printed: list[nodes.Name]) -> Iterator[TemplateFlaw]:
    optional = {name for name, ask in policy.asks.items() if not ask.required}
    for name in printed:
        if name.name not in optional.union(ALWAYS_SAID_BY_A_CALL):
            asked = f"{{% if {name.name} %}}"
            message = f"a call leaves unasked, and may not know '{name.name}': ask with {asked}"
            yield TemplateFlaw(name.lineno, message)


def _printed(tree: nodes.Template) -> Iterator[nodes.Name]:
    """The values that are printed, or gone over, whatever else is known."""
    for node in tree.body:
        if isinstance(node, nodes.Output):
            yield from filter(None, map(_name_of, node.nodes))
        elif isinstance(node, nodes.For) and isinstance(node.iter, nodes.Name):
            yield node.iter


def _name_of(node: nodes.Node | None) -> nodes.Name | None:
    """The value that is printed there, if it is one."""
    if isinstance(node, nodes.Filter) and node.name in _PRINTED_AS:
        return _name_of(node.node)
    return node if isinstance(node, nodes.Name) else None

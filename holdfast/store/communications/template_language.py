"""What templates may hold: Jinja2, cut down to what cannot fail, escape or run away.

Printed values, conditions, and loops over a list that is known beforehand. There is nothing to
call, no attribute, no arithmetic and no loop in a loop; so a template that is let in here renders
whatever the values are. The sandbox stands behind that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from holdfast.domain.communication.template_values import OfferedValue, ValueKind
from holdfast.store.communications.known_values import ShownValue

__all__ = ["ENVIRONMENT", "TemplateFlaw", "flaws_in", "names_in"]

_LONGEST_MESSAGE = 200
_UNREADABLE = (TemplateError, SyntaxError, ValueError, OverflowError, RecursionError, MemoryError)


@dataclass(frozen=True, slots=True)
class TemplateFlaw:
    """One thing that is wrong with a source: in which of its lines (from 1), and what."""

    line: int
    message: str


def _day(value: object) -> str:
    return value.write_day() if isinstance(value, ShownValue) else str(value)


def _time(value: object) -> str:
    return value.write_time() if isinstance(value, ShownValue) else str(value)


def _otherwise(value: object, words: object) -> object:
    return value or words


def _is_known(value: object) -> bool:
    return _raw(value) is not None


def _is_estimate(value: object) -> bool:
    return isinstance(value, ShownValue) and value.known is not None and value.known.estimate


def _is_true(value: object) -> bool:
    return _raw(value) is True


def _is_false(value: object) -> bool:
    return _raw(value) is False


def _raw(value: object) -> object:
    if not isinstance(value, ShownValue):
        return value
    return value.known.raw if value.known else None


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=str,
    )
    environment.globals = {}
    environment.filters = {"day": _day, "time": _time, "otherwise": _otherwise}
    environment.tests = {
        "known": _is_known,
        "estimate": _is_estimate,
        "true": _is_true,
        "false": _is_false,
    }
    return environment


ENVIRONMENT = _environment()
"""Where templates are compiled; values know their language."""

_FILTER_ARGUMENTS = {"day": 0, "time": 0, "otherwise": 1}

_NO_PLACE: dict[type[nodes.Node], str] = {
    nodes.Call: "nothing can be called in a template",
    nodes.Getattr: "nothing can be read out of a value",
    nodes.Getitem: "nothing can be read out of a value",
    nodes.BinExpr: "a template does not calculate",
    nodes.UnaryExpr: "a template does not calculate",
    nodes.Concat: "write one value after the other instead of joining them by '~'",
    nodes.Assign: "a template sets no values: {% set %}",
    nodes.AssignBlock: "a template sets no values: {% set %}",
}


def flaws_in(source: str, offered: Mapping[str, OfferedValue]) -> list[TemplateFlaw]:
    """Say what is wrong with the source of a template that may name these values."""
    if "\\" in source:
        line = source[: source.index("\\")].count("\n") + 1
        return [TemplateFlaw(line, "a backslash has no place in a template")]
    try:
        found = list(_Look(offered).at(ENVIRONMENT.parse(source)))
        if not found:
            ENVIRONMENT.compile(source)
    except TemplateSyntaxError as error:
        return [TemplateFlaw(error.lineno, _short(error.message or "it cannot be read"))]
    except _UNREADABLE as error:
        return [TemplateFlaw(1, f"it cannot be read: {_short(str(error))}")]
    return found


@lru_cache(maxsize=256)
def names_in(source: str) -> frozenset[str]:
    """The names of all values that a source without flaws mentions."""
    every = ENVIRONMENT.parse(source).find_all(nodes.Name)
    return frozenset(name.name for name in every)


class _Look:
    """Looks at a parsed template, node by node."""

    def __init__(self, offered: Mapping[str, OfferedValue]) -> None:
        self._offered = offered
        self._within: str | None = None
        """The name of the text in the loop that is being looked at."""

    def at(self, node: nodes.Node) -> Iterator[TemplateFlaw]:
        if isinstance(node, nodes.Name):
            yield from self._at_name(node)
        elif isinstance(node, nodes.For):
            yield from self._at_loop(node)
        elif isinstance(node, nodes.Output):
            yield from self._at_output(node)
        elif isinstance(node, nodes.Filter):
            yield from self._at_filter(node)
        elif isinstance(node, nodes.Test):
            yield from self._at_test(node)
        elif isinstance(node, nodes.Compare):
            yield from self._at_comparison(node)
        elif isinstance(node, nodes.CondExpr) and node.expr2 is None:
            yield TemplateFlaw(node.lineno, "say with 'else' what stands there otherwise")
        elif isinstance(node, _PLAIN):
            yield from self._below(node)
        else:
            yield TemplateFlaw(node.lineno, _no_place(node))

    def _below(self, node: nodes.Node) -> Iterator[TemplateFlaw]:
        for child in node.iter_child_nodes():
            yield from self.at(child)

    def _at_name(self, node: nodes.Name) -> Iterator[TemplateFlaw]:
        if node.name != self._within and node.name not in self._offered:
            yield TemplateFlaw(node.lineno, f"there is no value '{node.name}'")

    def _at_output(self, node: nodes.Output) -> Iterator[TemplateFlaw]:
        for child in node.nodes:
            if isinstance(child, nodes.Name) and self._kind(child) is ValueKind.BOOLEAN:
                message = f"'{child.name}' is true or false: ask with {{% if {child.name} %}}"
                yield TemplateFlaw(child.lineno, message)
            yield from self.at(child)

    def _at_loop(self, node: nodes.For) -> Iterator[TemplateFlaw]:
        line = node.lineno
        if self._within is not None:
            yield TemplateFlaw(line, "a loop in a loop")
        elif node.recursive or node.test is not None:
            yield TemplateFlaw(line, "a loop goes over all texts of a list, once")
        elif not isinstance(node.iter, nodes.Name) or self._kind(node.iter) is not ValueKind.LIST:
            lists = [name for name, each in self._offered.items() if each.kind is ValueKind.LIST]
            yield TemplateFlaw(line, f"a loop goes over one of {', '.join(lists)}")
        elif not isinstance(node.target, nodes.Name) or node.target.name in self._offered:
            yield TemplateFlaw(line, "give the text in the loop one name that no value has")
        else:
            self._within = node.target.name
            for child in node.body:
                yield from self.at(child)
            self._within = None
            for child in node.else_:
                yield from self.at(child)

    def _at_filter(self, node: nodes.Filter) -> Iterator[TemplateFlaw]:
        wanted = _FILTER_ARGUMENTS.get(node.name)
        if wanted is None:
            known = ", ".join(_FILTER_ARGUMENTS)
            yield TemplateFlaw(node.lineno, f"there is no filter '{node.name}'; known: {known}")
        elif node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
            yield TemplateFlaw(node.lineno, f"'{node.name}' stands after one value")
        elif len(node.args) != wanted:
            yield TemplateFlaw(node.lineno, f"'{node.name}' takes {wanted} word(s) in brackets")
        else:
            yield from self._below(node)

    def _at_test(self, node: nodes.Test) -> Iterator[TemplateFlaw]:
        if node.name not in ENVIRONMENT.tests:
            known = ", ".join(ENVIRONMENT.tests)
            yield TemplateFlaw(node.lineno, f"there is no test '{node.name}'; known: {known}")
        elif node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            yield TemplateFlaw(node.lineno, f"the test '{node.name}' takes nothing more")
        else:
            yield from self._below(node)

    def _at_comparison(self, node: nodes.Compare) -> Iterator[TemplateFlaw]:
        if len(node.ops) != 1 or node.ops[0].op not in {"eq", "ne"}:
            yield TemplateFlaw(node.lineno, "values are compared by == and != only")
        else:
            yield from self._below(node)

    def _kind(self, node: nodes.Name) -> ValueKind | None:
        offered = self._offered.get(node.name)
        return offered.kind if offered and node.name != self._within else None


_PLAIN = (
    nodes.Template,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Operand,
)


def _no_place(node: nodes.Node) -> str:
    for kind, message in _NO_PLACE.items():
        if isinstance(node, kind):
            return message
    return f"'{type(node).__name__.lower()}' has no place in a template"


def _short(words: str) -> str:
    return " ".join(words.split())[:_LONGEST_MESSAGE]

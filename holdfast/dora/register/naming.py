"""Names in one section of what stands in another: each that stands nowhere, with the path to it.

It looks at plain data as well as at checked values, so that a name is found wrong beside whatever
else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.dora.register.contradicting import Contradiction

__all__ = ["unknown_names"]

_EACH = "*"

_NAMES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("functions", _EACH, "entity"), "entities", "entity"),
    (("services", _EACH, "entity"), "entities", "entity"),
    (("services", _EACH, "functions", _EACH), "functions", "function"),
    (("services", _EACH, "vendors", _EACH), "providers", "provider"),
    (("providers", _EACH, "ultimate_parent"), "providers", "provider"),
    (("contracts", _EACH, "overarching"), "contracts", "contract"),
    (("contracts", _EACH, "provider"), "providers", "provider"),
    (("contracts", _EACH, "functions", _EACH), "functions", "function"),
    (("contracts", _EACH, "terms", "services", _EACH), "services", "service"),
    (("contracts", _EACH, "terms", "hours", "calendar"), "calendars", "calendar"),
    (
        ("contracts", _EACH, "terms", "hours", "windows", _EACH, "time_zone"),
        "time_zones",
        "time zone",
    ),
    (("contracts", _EACH, "terms", "failover", "service"), "services", "service"),
    (
        ("contracts", _EACH, "terms", "subcontractors", _EACH, "provider"),
        "providers",
        "provider",
    ),
)
"""Where a name stands, in which section it has to stand as well, and what it is the name of."""


def unknown_names(sections: Mapping[str, object]) -> Iterator[Contradiction]:
    """Yield each name of what there is not; none into a section that is not there or is no object.

    The sections are by name, as checked values or as plain data.
    """
    for pattern, section, kind in _NAMES:
        known = sections.get(section)
        if isinstance(known, Mapping):
            for path, name in _values(sections, pattern):
                if isinstance(name, str) and name not in known:
                    yield Contradiction(path, name, f"no such {kind} '{name}'")


def _values(
    value: object, pattern: tuple[str, ...], path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if not pattern:
        yield path, value
        return
    step, rest = pattern[0], pattern[1:]
    for key, inner in _inner(value, step):
        yield from _values(inner, rest, (*path, key))


def _inner(value: object, step: str) -> Iterator[tuple[str | int, object]]:
    if step != _EACH:
        found = value.get(step) if isinstance(value, Mapping) else getattr(value, step, None)
        if found is not None:
            yield step, found
    elif isinstance(value, Mapping):
        yield from ((key, inner) for key, inner in value.items() if isinstance(key, str))
    elif isinstance(value, list | tuple):
        yield from enumerate(value)

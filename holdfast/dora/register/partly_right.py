"""What is contradictory in a document that is wrong elsewhere too, so that all is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from holdfast.domain.time_zones import TimeZoneRule
from holdfast.domain.values import JsonObject
from holdfast.dora.register.contracts import Contract, Provider
from holdfast.dora.register.contradicting import Contradiction
from holdfast.dora.register.cross_references import Sections, contradictions
from holdfast.dora.register.entities import LegalEntity
from holdfast.dora.register.naming import unknown_names
from holdfast.dora.register.service_hours import Calendar
from holdfast.dora.register.services import BusinessFunction, Service

__all__ = ["contradictions_within"]

_Entry = TypeVar("_Entry")
_NONE: JsonObject = {"providers": {}, "contracts": {}, "calendars": {}, "time_zones": {}}
"""What a document may leave out."""

_RULE: TypeAdapter[str] = TypeAdapter(TimeZoneRule)


def contradictions_within(document: JsonObject) -> Iterator[Contradiction]:
    """Yield what can be told of the plain data of a register, though fields of it are wrong.

    Entries that are wrong by themselves are compared with no others; names are looked for in all.
    """
    yield from unknown_names({**_NONE, **document})
    yield from contradictions(
        Sections(
            entities=_right(document.get("entities"), TypeAdapter(LegalEntity)),
            functions=_right(document.get("functions"), TypeAdapter(BusinessFunction)),
            services=_right(document.get("services"), TypeAdapter(Service)),
            providers=_right(document.get("providers"), TypeAdapter(Provider)),
            contracts=_right(document.get("contracts"), TypeAdapter(Contract)),
            calendars=_right(document.get("calendars"), TypeAdapter(Calendar)),
            time_zones=_right(document.get("time_zones"), _RULE),
        )
    )


def _right(section: object, kind: TypeAdapter[_Entry]) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for name, value in section.items() if isinstance(section, Mapping) else ():
        try:
            found[name] = kind.validate_python(value)
        except ValidationError:
            continue
    return found

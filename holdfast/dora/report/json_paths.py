"""Where the authorities' JSON has the fields: putting them there, finding them by their place."""

from __future__ import annotations

import re
from typing import Any

from holdfast.dora.report.catalogue import FIELDS

__all__ = ["field_at", "put"]

_INDEX = re.compile(r"\[[0-9]*\]")
_OTHER_CODE = {"submittingEntity.code": "1.3"}


def put(document: dict[str, Any], path: str, value: object) -> None:
    """Set a value under a path of keys such as `incident.incidentDuration`."""
    *parents, last = path.split(".")
    for key in parents:
        document = document.setdefault(key, {})
    document[last] = value


def field_at(place: str) -> str | None:
    """The field at a place such as `incident.classificationTypes[0].countryCode…`.

    The first field within it, where an object or a list stands there; None where there is none.
    """
    bare = _INDEX.sub("", place)
    if bare in _PLACES:
        return _PLACES[bare]
    return next((number for path, number in _PLACES.items() if path.startswith(f"{bare}.")), None)


_PLACES = {_INDEX.sub("", field.json_path): number for number, field in FIELDS.items()}
_PLACES |= _OTHER_CODE

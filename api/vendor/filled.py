"""From a form that was filled in to what a provider says; and back: what is wrong, in its words."""

from __future__ import annotations

import base64

from fastapi.exceptions import RequestValidationError

from api.vendor.forms import SentForm
from api.vendor.page.forms import FIELDS, FILE, MOMENT, OFFSET
from api.vendor.statements import VendorSaid, statement_of
from holdfast.domain.third_party.kinds import Said
from holdfast.domain.values import JsonObject
from holdfast.errors import InvalidInput

__all__ = ["content_of", "faults_of"]

_NAMES = {
    "said_by": "Your name or desk",
    "statement": "The text",
    "their_reference": "Your reference",
    "estimated_at": "Date and time",
    "documents": "The document",
    "name": "What it is",
}
_MISSING = "missing"
_MOST_FAULTS = 10


def content_of(said: Said, form: SentForm) -> VendorSaid:
    """Read what a form says.

    Raises:
        RequestValidationError: something is missing, wrong, or not of this form.
    """
    # What no form of ours has is handed on as it is, and refused by name.
    content: JsonObject = {
        name: text
        for name, text in form.fields.items()
        if name not in FIELDS or name in {"said_by", "statement", "their_reference"}
    }
    if MOMENT in form.fields:
        content["estimated_at"] = _moment(form.fields[MOMENT], form.fields.get(OFFSET, "+00:00"))
    if said is Said.DOCUMENT:
        content["documents"] = [
            {
                "name": form.fields.get("name", ""),
                "media_type": file.media_type,
                "content": base64.b64encode(file.content).decode(),
            }
            for name, file in form.files.items()
            if name == FILE
        ]
    return statement_of(said, content)


def faults_of(error: RequestValidationError | InvalidInput) -> list[str]:
    """Say what is wrong, a sentence for each place, with nothing of what was sent in it."""
    if isinstance(error, InvalidInput):
        return [error.message]
    faults = dict.fromkeys(_fault(one) for one in error.errors())
    return list(faults)[:_MOST_FAULTS]


def _fault(one: JsonObject) -> str:
    place = next((str(part) for part in reversed(one["loc"]) if str(part) in _NAMES), "")
    words = str(one["msg"]).removeprefix("Value error, ")
    if one["type"] in {_MISSING, "too_short", "string_too_short"}:
        words = "is missing"
    return f"{_NAMES.get(place, 'The form')}: {words}"


def _moment(local: str, offset: str) -> str:
    """Join a local time, which browsers send without seconds, with its offset from UTC."""
    whole = f"{local}:00" if local.count(":") == 1 else local
    return f"{whole}{offset}"

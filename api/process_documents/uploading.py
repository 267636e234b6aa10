"""The body of a draft: JSON with the text in it, or the file itself; its content is checked."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.platform import Platform
from api.problem_catalogue import DoorCode
from api.problems import Problem
from api.process_documents.models import NewDocumentVersion, UploadQuery
from api.strict_json import parse_strict
from api.uploads import media_type_of
from holdfast.domain.process_documents.kinds import (
    MEDIA_TYPES,
    MOST_BYTES,
    DocumentKind,
    usual_media_type,
)
from holdfast.errors import InvalidInput
from holdfast.evidence.bpmn.reading import require_bpmn

__all__ = ["VERSION_BODY", "UploadedVersion", "read_version"]

_JSON = "application/json"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FILE = {"schema": {"type": "string", "format": "binary"}}


def _schema() -> dict[str, Any]:
    schema = NewDocumentVersion.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)  # what other bodies bring into the document
    return schema


VERSION_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        _JSON: {"schema": _schema()},
        **{media: _FILE for kinds in MEDIA_TYPES.values() for media in kinds},
    },
}
"""The request body as the API's document describes it."""


@dataclass(frozen=True, slots=True)
class UploadedVersion:
    """What a caller proposes, checked as a whole; `said` is everything but the content."""

    said: NewDocumentVersion
    content: bytes
    media_type: str


async def read_version(request: Request, query: UploadQuery, doors: Platform) -> UploadedVersion:
    """Read and check a draft; where the body is the file, the rest is in the query.

    Raises:
        Problem: the body is too large, no strict JSON, or a file that this kind does not have.
        RequestValidationError: what is said of the file is wrong.
        InvalidInput: the file is no UTF-8, or no BPMN 2.0.
    """
    media_type = media_type_of(request.headers)
    with doors.uploads.room():
        content = await doors.uploads.receive(request)
        if media_type == _JSON:
            if query.model_fields_set:
                message = "what is said of the version belongs into the JSON body"
                raise InvalidInput(message, errors=[{"pointer": "query:", "message": message}])
            said = _said(parse_strict(content), "body")
            content, media_type = said.text.encode(), usual_media_type(said.kind)
        else:
            given = query.model_dump(exclude_none=True, mode="json")
            said = _said({**given, "text": "in the body"}, "query")
            _require_media_type(said.kind, media_type)
        if len(content) > MOST_BYTES:
            detail = f"the document has more than {MOST_BYTES} bytes"
            raise Problem(DoorCode.BODY_TOO_LARGE, detail, most_bytes=MOST_BYTES)
        # In a thread: alerts do not wait for a long document.
        await asyncio.to_thread(_require_content, said.kind, content)
    return UploadedVersion(said, content, media_type)


def _said(value: object, place: str) -> NewDocumentVersion:
    try:
        return NewDocumentVersion.model_validate(value)
    except ValidationError as error:
        wrong = [{**each, "loc": (place, *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong) from error


def _require_media_type(kind: DocumentKind, media_type: str) -> None:
    if media_type not in MEDIA_TYPES[kind]:
        detail = f"the file of a {kind} is no {media_type}: send {' or '.join(MEDIA_TYPES[kind])}"
        raise Problem(DoorCode.UNSUPPORTED_MEDIA_TYPE, detail)


def _require_content(kind: DocumentKind, content: bytes) -> None:
    if kind is DocumentKind.BPMN:
        require_bpmn(content)
        return
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8: send the text in UTF-8"
        raise InvalidInput(message, errors=[{"pointer": "/text", "message": message}]) from error
    if found := _CONTROL.search(text):
        message = f"the text contains the control character U+{ord(found.group()):04X}: remove it"
        raise InvalidInput(message, errors=[{"pointer": "/text", "message": message}])

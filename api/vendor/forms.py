"""Forms as browsers send them, read without a library that would keep files on a disk.

`application/x-www-form-urlencoded` (WHATWG URL) and `multipart/form-data` (RFC 7578), each field
once. A file is its bytes, exactly; its name is not read, as file names tend to name people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from typing import NoReturn
from urllib.parse import parse_qsl

from starlette.datastructures import Headers

from api.problem_catalogue import DoorCode
from api.problems import Problem
from api.uploads import media_type_of

__all__ = ["FORM_TYPES", "FormFile", "SentForm", "read_form"]

_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
FORM_TYPES = (_URLENCODED, _MULTIPART)

_MOST_FIELDS = 30
_LARGEST_HEAD = 4_000
_BOUNDARY = re.compile(
    r'multipart/form-data\s*;.*?\bboundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file of a form; `media_type` is what the sender says that it is."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SentForm:
    """The fields of a form that hold something, by name, and its files."""

    fields: dict[str, str]
    files: dict[str, FormFile]


def read_form(headers: Headers, body: bytes) -> SentForm:
    """Read the body of a form.

    Raises:
        Problem: it is no form, or none that says one thing.
    """
    kind = headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() == _URLENCODED:
        return _sorted((name, None, value) for name, value in _pairs(body))
    found = _BOUNDARY.match(kind.strip())
    if found is None:
        _refuse("a form of this type names its boundary")
    return _sorted(_parts(body, (found[1] or found[2]).encode()))


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        _refuse(f"it is no form in UTF-8 with at most {_MOST_FIELDS} fields")


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, FormFile | None, str]]:
    """Take the body apart at its boundaries; what stands before the first and after the last goes.

    Each part comes as its name, the file if it is one, and else its text.
    """
    first, *rest = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if not rest or not rest[-1].startswith(b"--") or first.strip():
        _refuse("it is cut off, or not divided by its boundary")
    if len(rest) > _MOST_FIELDS + 1:
        _refuse(f"it has more than {_MOST_FIELDS} fields")
    for part in rest[:-1]:
        head, divided, content = part.lstrip(b" \t").partition(b"\r\n\r\n")
        if not divided or len(head) > _LARGEST_HEAD:
            _refuse("a part of it has no head, or one that is too long")
        yield _part(_head(head), content)


def _head(head: bytes) -> Message:
    return HeaderParser().parsestr(head.decode("utf-8", "replace").strip() + "\r\n\r\n")


def _part(head: Message, content: bytes) -> tuple[str, FormFile | None, str]:
    disposition = head.get_content_disposition()
    name = head.get_param("name", header="content-disposition")
    if disposition != "form-data" or not isinstance(name, str):
        _refuse("a part of it has no name")
    if head.get_param("filename", header="content-disposition") is not None:
        kind = str(head.get("content-type", "application/octet-stream"))
        return name, FormFile(media_type_of(Headers({"content-type": kind})), content), ""
    try:
        return name, None, content.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("a field of it is not UTF-8")


def _sorted(parts: Iterator[tuple[str, FormFile | None, str]]) -> SentForm:
    """Put fields and files in their places; what is empty was not filled in."""
    form = SentForm({}, {})
    seen = set[str]()
    for name, file, text in parts:
        if name in seen:
            _refuse("it has the same field twice")
        seen.add(name)
        said = text.replace("\r\n", "\n").strip()
        if file is not None and file.content:
            form.files[name] = file
        elif said:
            form.fields[name] = said
    return form


def _refuse(why: str) -> NoReturn:
    detail = f"the form cannot be read: {why}"
    raise Problem(DoorCode.BAD_REQUEST, detail)

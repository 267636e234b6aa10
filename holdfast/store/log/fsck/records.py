"""A record against its row: the columns are copies for queries, the record's own JSON is the truth.

And its sealed values: where they may stand, and in which form.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import JsonObject, JsonValue, Token, rfc3339
from holdfast.evidence.check_report import FindingCode
from holdfast.evidence.entry import ENTRY_VERSION
from holdfast.evidence.log.text_forms import read_base64
from holdfast.store.log.fsck.distrust import read_json

__all__ = ["RecordRow", "record_problems"]

_MEMBERS = ("id", "incident", "workflow", "sequence", "kind", "occurred_at")
_NONCE_BYTES = 12  # NIST SP 800-38D, section 5.2.1.1
_TAG_BYTES = 16
_SEALED_MEMBERS = frozenset(SealedValue.model_fields)

_SEALED: TypeAdapter[dict[str, SealedValue]] = TypeAdapter(dict[Token, SealedValue])

Problem = tuple[FindingCode, str]
"""What does not hold, and the end of a sentence that says so."""


class RecordRow(Protocol):
    """A record's columns."""

    @property
    def entry_id(self) -> str: ...  # noqa: D102 - a column
    @property
    def body(self) -> bytes | None: ...  # noqa: D102 - a column
    @property
    def workflow_id(self) -> str | None: ...  # noqa: D102 - a column
    @property
    def sequence(self) -> int | None: ...  # noqa: D102 - a column
    @property
    def kind(self) -> str | None: ...  # noqa: D102 - a column
    @property
    def occurred_at(self) -> datetime | None: ...  # noqa: D102 - a column
    @property
    def record_incident(self) -> str | None: ...  # noqa: D102 - a column


def record_problems(row: RecordRow) -> list[Problem]:
    """Return what does not hold of a record with content, from its own row alone."""
    body = row.body or b""
    try:
        document = read_json(body)
    except ValueError:
        return [(FindingCode.RECORD_MALFORMED, "is no JSON")]
    if not isinstance(document, dict) or document.get("v") != ENTRY_VERSION:
        words = f"is no JSON object of version {ENTRY_VERSION}"
        return [(FindingCode.RECORD_MALFORMED, words)]
    problems = list(_columns(row, document))
    # Nearly all have none, and a word in the text costs no more than a look.
    if b'"sealed"' in body or b'"ciphertext"' in body:
        problems += [(FindingCode.SEALED_VALUE, words) for words in _seals(document)]
    return problems


def _columns(row: RecordRow, document: JsonObject) -> Iterator[Problem]:
    columns = (
        row.entry_id,
        row.record_incident,
        row.workflow_id,
        row.sequence,
        row.kind,
        None if row.occurred_at is None else rfc3339(row.occurred_at),
    )
    said = tuple(map(document.get, _MEMBERS))
    if said == columns:
        return
    other = [
        name for name, own, column in zip(_MEMBERS, said, columns, strict=True) if own != column
    ]
    yield FindingCode.RECORD_COLUMNS, f"itself says another {', '.join(other)} than its row"


def _seals(document: JsonObject) -> Iterator[str]:
    rest = {name: value for name, value in document.items() if name != "sealed"}
    if any(_looks_sealed(value) for value in _objects(rest)):
        yield "holds a sealed value outside of its member 'sealed'"
    if "sealed" not in document:
        return
    try:
        values = _SEALED.validate_python(document["sealed"], strict=True)
    except ValidationError:
        yield "has a member 'sealed' that is not of the form of sealed values"
        return
    if not values:
        yield "has a member 'sealed' with nothing in it"
    for name, value in values.items():
        if not _is_ciphertext(value):
            yield f"has a sealed value '{name}' that is no AES-256-GCM ciphertext"


def _is_ciphertext(value: SealedValue) -> bool:
    try:
        nonce, ciphertext = read_base64(value.nonce), read_base64(value.ciphertext)
    except ValueError:
        return False
    return len(nonce) == _NONCE_BYTES and len(ciphertext) >= _TAG_BYTES


def _looks_sealed(value: JsonObject) -> bool:
    return value.keys() >= _SEALED_MEMBERS


def _objects(value: JsonValue) -> Iterator[JsonObject]:
    """Yield all objects within a value; however deep, as whoever wrote it chose that."""
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            yield each
            left.extend(each.values())
        elif isinstance(each, list):
            left.extend(each)

"""What a provider says over a link: as a program sends it, or as a form does.

Names are sealed before anything is kept; the other texts go into the evidence as they are.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationError

from holdfast.domain.third_party.kinds import Said
from holdfast.domain.values import Frozen, Instant, JsonObject, Line, Text

__all__ = [
    "MODELS",
    "Acknowledged",
    "Documents",
    "Estimated",
    "Restored",
    "Said",
    "SentDocument",
    "Updated",
    "VendorSaid",
    "WorkedAround",
    "statement_of",
]

_WHO = "Who says so: a person or a desk. It is sealed before anything is kept."
_WHAT = "It goes into the evidence as it is: name nobody in it."
_MOST_DOCUMENTS = 20


def _example(**content: object) -> ConfigDict:
    example: JsonObject = {"said_by": "Duty desk", **content}
    return ConfigDict(json_schema_extra={"example": example})


def _base64(text: str) -> str:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        message = "it is not base64 (RFC 4648 section 4)"
        raise ValueError(message) from error
    if not content:
        message = "there is nothing in it"
        raise ValueError(message)
    return text


class VendorSaid(Frozen):
    """What every statement may say."""

    said_by: Line = Field(description=_WHO)
    statement: Text | None = Field(default=None, description=_WHAT)
    said_at: Instant | None = Field(
        default=None, description="When it was said, where that was before: now, if left out."
    )
    estimated_at: Instant | None = Field(
        default=None, description="When you expect the service to be restored."
    )
    their_reference: Line | None = Field(
        default=None, description="Under which number you look after it."
    )


class Acknowledged(VendorSaid):
    """That the call has arrived and is looked after."""

    model_config = _example(their_reference="CS-88123")


class Updated(VendorSaid):
    """How things stand."""

    model_config = _example(statement="We have found the cause and roll the change back.")

    statement: Text = Field(description=_WHAT)


class Estimated(VendorSaid):
    """When the service is expected to be restored."""

    model_config = _example(estimated_at="2026-03-04T14:30:00+01:00")

    estimated_at: Instant = Field(description="When you expect the service to be restored.")


class WorkedAround(Updated):
    """What helps until then."""

    model_config = _example(statement="Send the files over the second gateway.")


class Restored(VendorSaid):
    """That the service is restored, from the provider's side; we confirm it, or say what fails."""

    model_config = _example(statement="The change is rolled back, all checks pass.")


class SentDocument(Frozen):
    """One document: what it is, in one line, and its bytes."""

    name: Line = Field(description="What it is. It goes into the evidence: name nobody.")
    media_type: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}$")
    ] = "application/octet-stream"
    content: Annotated[str, AfterValidator(_base64)] = Field(description="In base64.", repr=False)

    @property
    def bytes(self) -> bytes:
        """The document itself."""
        return base64.b64decode(self.content)


class Documents(VendorSaid):
    """Documents, such as an analysis of the cause."""

    model_config = _example(
        documents=[
            {
                "name": "Analysis of the cause",
                "media_type": "application/pdf",
                "content": "JVBERi0xLjcK",
            }
        ]
    )

    documents: tuple[SentDocument, ...] = Field(min_length=1, max_length=_MOST_DOCUMENTS)


MODELS: dict[Said, type[VendorSaid]] = {
    Said.ACKNOWLEDGEMENT: Acknowledged,
    Said.UPDATE: Updated,
    Said.ESTIMATE: Estimated,
    Said.WORKAROUND: WorkedAround,
    Said.DOCUMENT: Documents,
    Said.RESTORATION: Restored,
}
"""What each door takes."""


def statement_of(said: Said, content: object) -> VendorSaid:
    """Read what was sent to one of the doors.

    Raises:
        RequestValidationError: it is none; each place is named, as for a body of FastAPI's own.
    """
    try:
        return MODELS[said].model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        places = [{**one, "loc": ("body", *one["loc"])} for one in found]
        raise RequestValidationError(places) from error

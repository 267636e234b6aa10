"""Contradictions: where each stands, in what words, and all of them told as one error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

__all__ = ["Contradiction", "refuse_contradictions"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction: where it stands in the document, what stands there, and the words."""

    path: tuple[str | int, ...]
    value: object
    words: str


def refuse_contradictions(
    title: str, found: Iterable[Contradiction], beside: ValidationError | None = None
) -> None:
    """Tell all of them, each at its path below what is being validated; nothing if there are none.

    With `beside` what was found wrong before is told too.

    Raises:
        ValidationError: there are some, or something was found wrong before.
    """
    errors = [_as_it_was(one) for one in beside.errors(include_url=False)] if beside else []
    errors += [
        InitErrorDetails(
            type=PydanticCustomError("contradiction", "{words}", {"words": one.words}),
            loc=one.path,
            input=one.value,
        )
        for one in found
    ]
    if errors:
        raise ValidationError.from_exception_data(title, errors)


def _as_it_was(error: ErrorDetails) -> InitErrorDetails:
    # Its kind and its words are all that is told of an error; no reader looks further.
    kind = PydanticCustomError(error["type"], "{words}", {"words": error["msg"]})
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"])

"""What is wrong with a tree, each flaw with its place in the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic_core import InitErrorDetails, ValidationError

__all__ = ["Flaw", "refusal"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One flaw: its place as keys from the top of the document, and what is wrong there."""

    place: tuple[str, ...]
    message: str


def refusal(title: str, flaws: Iterable[Flaw]) -> ValidationError:
    """All flaws as one error of pydantic: each keeps its place as `loc`, its message as `msg`."""
    return ValidationError.from_exception_data(
        title,
        [
            InitErrorDetails(
                type="value_error",
                loc=flaw.place,
                input=flaw.place[-1],
                ctx={"error": ValueError(flaw.message)},
            )
            for flaw in flaws
        ],
    )

"""One kind of problem that the API answers with."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

__all__ = ["ProblemKind"]


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem."""

    status: HTTPStatus
    title: str
    next: str

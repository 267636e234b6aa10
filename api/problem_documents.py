"""What the API's document says about problems: one response for each status a door may give."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from api.problem_catalogue import PROBLEMS
from api.problems import PROBLEM_TYPE, ProblemDocument

__all__ = ["problems"]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problem answers of a door, by status, with the codes each may carry."""
    return {status: _describe(HTTPStatus(status)) for status in statuses}


def _describe(status: HTTPStatus) -> dict[str, Any]:
    kinds = {code: kind for code, kind in PROBLEMS.items() if kind.status is status}
    code, kind = next(iter(kinds.items()))
    example = {
        "type": f"urn:holdfast:problem:{code}",
        "title": kind.title,
        "status": int(status),
        "detail": kind.title,
        "instance": "/v1/…",
        "next": kind.next,
    }
    schema = {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}
    return {
        "description": f"{status.phrase}: {', '.join(kinds)}",
        "content": {PROBLEM_TYPE: {"schema": schema, "example": example}},
    }

"""Errors as answers: RFC 9457 problem details, for everything that can go wrong at a door."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.metrics import ApiMetrics
from api.problem_catalogue import PROBLEMS, DoorCode
from holdfast.domain.refusals import Refusal
from holdfast.errors import (
    Conflict,
    Fatal,
    HoldfastError,
    InvalidInput,
    NotAllowed,
    NotFound,
    Unavailable,
)
from holdfast.secret_addresses import without_links
from holdfast.store.availability import DATABASE_ERRORS, is_unavailable, reason_of
from holdfast.telemetry import current_trace_id

__all__ = [
    "PROBLEM_TYPE",
    "InputError",
    "Problem",
    "ProblemDocument",
    "install_problem_handlers",
    "refused",
]

PROBLEM_TYPE = "application/problem+json"
_RETRY_AFTER_SECONDS = "2"
_MOST_ERRORS = 20

_CODES: tuple[tuple[type[HoldfastError], DoorCode], ...] = (
    (InvalidInput, DoorCode.INVALID_INPUT),
    (NotAllowed, DoorCode.NOT_ALLOWED),
    (NotFound, DoorCode.NOT_FOUND),
    (Conflict, DoorCode.CONFLICT),
    (Unavailable, DoorCode.UNAVAILABLE),
)
_STATUS_CODES = {
    HTTPStatus.NOT_FOUND: DoorCode.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: DoorCode.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: DoorCode.BODY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: DoorCode.UNSUPPORTED_MEDIA_TYPE,
}

_log = structlog.get_logger(__name__)


class Problem(HoldfastError):
    """An answer that is a problem, by its code in the catalogue."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **fields: object,
    ) -> None:
        """Take the code, the sentence with the values, and fields that the answer carries."""
        super().__init__(detail, **fields)
        self.code = code
        self.headers = dict(headers or {})


class InputError(BaseModel):
    """One thing that is wrong with the input."""

    pointer: str = Field(description="Where: a JSON pointer, or the place in the request.")
    message: str
    line: int | None = Field(default=None, description="Of a document in YAML: in which line.")


class ProblemDocument(BaseModel):
    """RFC 9457 problem details, with what to do next; each code may add fields of its own."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:holdfast:problem:stale_digest",
                "title": PROBLEMS["stale_digest"].title,
                "status": 409,
                "detail": "severity.assignment-1 is about sha256:4f…, not sha256:0c…",
                "instance": "/v1/incidents/INC-2026-000001/decisions/severity.assignment-1",
                "next": PROBLEMS["stale_digest"].next,
                "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
            }
        },
    )

    type: str = Field(description="`urn:holdfast:problem:<code>`; the code is stable.")
    title: str
    status: int
    detail: str
    instance: str
    next: str = Field(description="What to do now, in words.")
    trace_id: str | None = None
    errors: list[InputError] = Field(default_factory=list)


def refused(refusal: Refusal) -> Problem:
    """The problem that tells a refusal."""
    return Problem(refusal.reason, refusal.detail)


def install_problem_handlers(app: FastAPI, metrics: ApiMetrics) -> None:
    """Make every error of the application a problem answer."""
    answers = _Answers(metrics)
    app.add_exception_handler(HoldfastError, answers.holdfast_error)
    app.add_exception_handler(RequestValidationError, answers.invalid_input)
    app.add_exception_handler(HTTPException, answers.http_error)
    for kind in DATABASE_ERRORS:
        app.add_exception_handler(kind, answers.database_error)
    app.add_exception_handler(Exception, answers.defect)


class _Answers:
    """One answer for each kind of error; every one is counted."""

    def __init__(self, metrics: ApiMetrics) -> None:
        self._metrics = metrics

    async def holdfast_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HoldfastError)  # noqa: S101 - narrows the type for mypy only
        code = _code(error)
        if code == DoorCode.INTERNAL:
            return await self.defect(request, error)
        if isinstance(error, Fatal):
            _log.error("request.failed", path=request.url.path, exc_info=error)
        response = self._answer(request, code, error.message, error.fields)
        if isinstance(error, Problem):
            response.headers.update(error.headers)
        return response

    async def invalid_input(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
        errors = [_input_error(item) for item in error.errors()[:_MOST_ERRORS]]
        return self._answer(request, DoorCode.INVALID_INPUT, _summary(errors), {"errors": errors})

    async def http_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - as above
        code = _STATUS_CODES.get(HTTPStatus(error.status_code), DoorCode.BAD_REQUEST)
        detail = without_links(f"{request.method} {request.url.path}")[:500]
        response = self._answer(request, code, detail, {})
        response.headers.update(error.headers or {})
        return response

    async def database_error(self, request: Request, error: Exception) -> Response:
        if not is_unavailable(error):
            return await self.defect(request, error)
        _log.warning("request.database_unavailable", reason=reason_of(error))
        detail = "the database does not answer"
        return self._answer(request, DoorCode.UNAVAILABLE, detail, {"part": "database"})

    async def defect(self, request: Request, error: Exception) -> Response:
        _log.error("request.failed", path=request.url.path, exc_info=error)
        return self._answer(request, DoorCode.INTERNAL, "an unforeseen error", {})

    def _answer(
        self, request: Request, code: str, detail: str, fields: Mapping[str, object]
    ) -> Response:
        self._metrics.problems.labels(code).inc()
        return _response(request, code, detail, fields)


def _code(error: HoldfastError) -> str:
    if error.code in PROBLEMS:
        return error.code
    return next((code for kind, code in _CODES if isinstance(error, kind)), DoorCode.INTERNAL)


def _response(
    request: Request, code: str, detail: str, fields: Mapping[str, object]
) -> JSONResponse:
    kind = PROBLEMS[code]
    content = {
        **fields,
        "type": f"urn:holdfast:problem:{code}",
        "title": kind.title,
        "status": int(kind.status),
        "detail": detail,
        "instance": without_links(request.url.path),
        "next": kind.next,
        "trace_id": current_trace_id(),
    }
    response = JSONResponse(content, status_code=kind.status, media_type=PROBLEM_TYPE)
    if kind.status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
    return response


def _input_error(item: Mapping[str, object]) -> dict[str, str]:
    location = item["loc"]
    assert isinstance(location, tuple)  # noqa: S101 - narrows the type for mypy only
    place, *path = (str(part) for part in location)
    escaped = [part.replace("~", "~0").replace("/", "~1") for part in path]
    pointer = "/" + "/".join(escaped) if place == "body" else f"{place}:{'/'.join(path)}"
    message = str(item["msg"]).removeprefix("Value error, ")
    return {"pointer": pointer[:300], "message": message[:500]}


def _summary(errors: list[dict[str, str]]) -> str:
    if not errors:
        return "the input is wrong"
    first = errors[0]
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return f"{first['pointer']}: {first['message']}{more}"

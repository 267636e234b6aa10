"""Routes that a link opens: answered as a page to people, as data to programs, kept by nobody."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from api.platform import platform_of
from api.problem_catalogue import PROBLEMS, DoorCode
from api.problems import Problem
from api.vendor.desk import PRIVATE_HEADERS
from api.vendor.page.page import plain_page
from api.vendor.page.style import STYLE_SOURCE
from holdfast.errors import HoldfastError, InvalidInput, Unavailable
from holdfast.store.availability import DATABASE_ERRORS, is_unavailable

__all__ = ["VendorRoute", "page_answer", "wants_page"]

_POLICY = (
    f"default-src 'none'; style-src '{STYLE_SOURCE}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_PAGE_HEADERS = {"Content-Security-Policy": _POLICY, "X-Frame-Options": "DENY"}
_RETRY_AFTER_SECONDS = "5"

_NOT_VALID = (
    "This link does not work, or not any more.",
    "It may have expired, have been sent once already, or been cut off by your mail program.",
    "Open the link in our latest message again, or answer that message: we send you a new one.",
)
_LATER = (
    "We cannot take it at this moment.",
    "Go back in your browser and send it once more in a minute: what has arrived counts once.",
)


class VendorRoute(APIRoute):
    """The class of every route that a link opens."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                response = await handle(request)
            except (HoldfastError, RequestValidationError) as error:
                tell = _page_of if wants_page(request) else _problem_of
                response = await tell(request, error)
            except DATABASE_ERRORS as error:
                if not (wants_page(request) and is_unavailable(error)):
                    raise
                unavailable = Unavailable("the database does not answer", part="database")
                response = await _page_of(request, unavailable)
            response.headers.update(PRIVATE_HEADERS)
            return response

        return answered


def wants_page(request: Request) -> bool:
    """Whether a person looks: a browser says so, a program does not."""
    return "text/html" in request.headers.get("accept", "")


def page_answer(page: str, status: int = 200) -> Response:
    """Answer with a page that may run nothing, and may be framed by nobody."""
    return HTMLResponse(page, status_code=status, headers=_PAGE_HEADERS)


async def _problem_of(request: Request, error: Exception) -> Response:
    """The problem that the application answers an error with, so that it is answered from here."""
    kind = HoldfastError if isinstance(error, HoldfastError) else type(error)
    response: Response = await request.app.exception_handlers[kind](request, error)
    return response


async def _page_of(request: Request, error: HoldfastError | RequestValidationError) -> Response:
    """The page that tells an error; what it does not know how to tell stays an error."""
    if isinstance(error, Problem) and error.code == DoorCode.LINK_NOT_VALID:
        code, page = error.code, plain_page("This link is not valid", *_NOT_VALID)
    elif isinstance(error, Unavailable):
        code, page = DoorCode.UNAVAILABLE, plain_page("Please try again", *_LATER)
    elif isinstance(error, Problem):
        kind = PROBLEMS[error.code]
        code, page = error.code, plain_page(kind.title, error.message, "Go back in your browser.")
    elif isinstance(error, InvalidInput | RequestValidationError):
        code = DoorCode.INVALID_INPUT
        page = plain_page("It cannot be read", "Go back in your browser, and correct it.")
    else:
        raise error
    status = PROBLEMS[code].status
    platform_of(request).metrics.problems.labels(code).inc()
    response = page_answer(page, status)
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
    return response

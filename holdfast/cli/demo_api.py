"""The platform as a caller meets it: HTTP and tokens, repeated with the same ids until done."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from holdfast.errors import Refused, Unavailable

__all__ = ["DemoApi", "RefusedByApi"]

_PAUSE_SECONDS = 0.2
_WAIT_SECONDS = 10
_TIMEOUT_SECONDS = 30.0

_Found = TypeVar("_Found")


class RefusedByApi(Refused):
    """The API has answered with a problem that repeating does not change."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        """Take the problem document."""
        super().__init__(f"{problem['title']}: {problem['detail']}", **problem)
        self.problem_code = str(problem["type"]).rsplit(":", 1)[-1]
        self.status = int(problem["status"])


class DemoApi:
    """Calls the API as one of the people of the demonstration.

    Everything it sends carries an id of its own or is the same bytes again, so that it may be
    repeated through any failure of any part; `patience` is how many seconds it does so.
    """

    def __init__(self, base_url: str, tokens: Mapping[str, str], patience: float = 120.0) -> None:
        """Call that address with these tokens, by label."""
        self._client = httpx.Client(base_url=base_url, timeout=_TIMEOUT_SECONDS, trust_env=False)
        self._tokens = tokens
        self._patience = patience

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, person: str, **parameters: str | int) -> Any:  # noqa: ANN401 - JSON
        """Read."""
        return self._call("GET", path, person, params=parameters).json()

    def post(self, path: str, person: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Send what is answered at once."""
        return self._call("POST", path, person, json=body).json()

    def put(self, path: str, person: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Put what is answered at once."""
        return self._call("PUT", path, person, json=body).json()

    def get_text(self, path: str, person: str) -> str:
        """Read as text."""
        return self._call("GET", path, person, headers={"Accept": "text/plain"}).text

    def get_bytes(self, path: str, person: str) -> bytes:
        """Read a file as it is."""
        return self._call("GET", path, person).content

    def get_openly(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Read what a link opens to whoever has it."""
        return self._call("GET", path, None, headers={"Accept": "application/json"}).json()

    def post_openly(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Send to where a link leads whoever has it."""
        return self._call("POST", path, None, json=body).json()

    def deliver(self, path: str, person: str, body: bytes, key: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """Send bytes exactly as they are, under an idempotency key where there is one."""
        headers = {"Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        return self._call("POST", path, person, content=body, headers=headers).json()

    def submit(
        self, method: str, path: str, person: str, submission_id: str, body: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Submit something, and return its receipt."""
        headers = {"Prefer": f"wait={_WAIT_SECONDS}"}
        response = self._call(method, path, person, json=body, headers=headers)
        if response.status_code == httpx.codes.OK:
            receipt: Mapping[str, Any] = response.json()
            return receipt
        return self.until(
            lambda: self._receipt(submission_id, person), f"the receipt of {submission_id}"
        )

    def until(self, look: Callable[[], _Found | None], wanted: str) -> _Found:
        """Look until there is something.

        Raises:
            Unavailable: it did not come in time.
        """
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            if (found := look()) is not None:
                return found
            time.sleep(_PAUSE_SECONDS)
        message = f"{wanted} did not come within {self._patience:.0f} s"
        raise Unavailable(message)

    def _receipt(self, submission_id: str, person: str) -> Mapping[str, Any] | None:
        try:
            receipt: Mapping[str, Any] = self._call(
                "GET",
                f"/v1/receipts/{quote(submission_id, safe='')}",
                person,
                headers={"Prefer": f"wait={_WAIT_SECONDS}"},
            ).json()
        except RefusedByApi as problem:
            if problem.status != httpx.codes.NOT_FOUND:
                raise
            return None
        return receipt

    def _call(
        self,
        method: str,
        path: str,
        person: str | None,
        headers: Mapping[str, str] | None = None,
        **content: Any,  # noqa: ANN401 - handed to httpx as it is
    ) -> httpx.Response:
        signed = {"Authorization": f"Bearer {self._tokens[person]}"} if person else {}
        every = {**signed, **(headers or {})}

        def attempt() -> httpx.Response | None:
            try:
                response = self._client.request(method, path, headers=every, **content)
            except httpx.TransportError:
                return None
            return None if response.status_code == httpx.codes.SERVICE_UNAVAILABLE else response

        response = self.until(attempt, f"an answer to {method} {path}")
        if response.is_error:
            raise RefusedByApi(response.json())
        return response

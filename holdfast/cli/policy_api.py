"""The platform's doors of policies as the command line calls them, with a local token."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import httpx

from holdfast.cli.demo_api import RefusedByApi
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.values import JsonObject
from holdfast.errors import NotFound, Unavailable
from holdfast.settings import load_settings
from holdfast.store.local_tokens import LocalToken, read_local_tokens

__all__ = ["PolicyApi"]

_READER = "auditor"
_TIMEOUT_SECONDS = 600.0
"""A trial on a long past takes its time."""


class PolicyApi:
    """Calls the API of this installation as the holder of one local token."""

    def __init__(self, label: str = _READER) -> None:
        """Call with the token of that label.

        Raises:
            NotFound: there is no such token.
        """
        settings = load_settings()
        tokens = read_local_tokens(settings.tokens_file)
        if not tokens:
            message = (
                f"no access tokens in {settings.tokens_file}: the first `holdfast up` makes them"
            )
            raise NotFound(message)
        if label not in tokens:
            message = f"no access token {label}: there are {', '.join(tokens)}"
            raise NotFound(message)
        self._token = tokens[label]
        self._base = f"http://{settings.host}:{settings.api_port}"
        self._client = httpx.Client(base_url=self._base, timeout=_TIMEOUT_SECONDS, trust_env=False)

    @property
    def holder(self) -> LocalToken:
        """Whose token it is."""
        return self._token

    def __enter__(self) -> Self:
        """Keep the connection open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._client.close()

    def document(self, name: str, version: str | None) -> tuple[JsonObject, str]:
        """The content of a version, or of what is in force now, and which version that is.

        Raises:
            NotFound: there is no such version.
        """
        if version is None:
            versions = self._call("GET", f"/v1/policies/{name}")["versions"]
            current = next((each for each in versions if each["in_force"]), None)
            if current is None:
                message = f"no version of the policy {name} is in force"
                raise NotFound(message, name=name)
            version = str(current["version"])
        found = self.version(name, version)
        if found is None:
            message = f"there is no version {version} of the policy {name}"
            raise NotFound(message, name=name, version=version)
        return found["document"], version

    def version(self, name: str, version: str) -> JsonObject | None:
        """A version as it stands, with its content; None where there is none."""
        try:
            return self._call("GET", f"/v1/policies/{name}/{version}")
        except RefusedByApi as problem:
            if problem.status != httpx.codes.NOT_FOUND:
                raise
            return None

    def draft(self, policy: PinnedPolicy, document: JsonObject, reason: str) -> JsonObject:
        """Draft a version."""
        body = {"reason": reason, "document": document}
        return self._call("POST", f"/v1/policies/{policy.pin.name}", body)

    def try_draft(self, policy: PinnedPolicy) -> JsonObject:
        """Try a draft on the past."""
        path = f"/v1/policies/{policy.pin.name}/{policy.pin.version}/trial"
        return self._call("POST", path, {})

    def publish(self, policy: PinnedPolicy, rationale: str, effective_at: str | None) -> JsonObject:
        """Put a draft into force."""
        path = f"/v1/policies/{policy.pin.name}/{policy.pin.version}/publication"
        return self._call("POST", path, {"rationale": rationale, "effective_at": effective_at})

    def _call(self, method: str, path: str, body: JsonObject | None = None) -> JsonObject:
        headers = {"Authorization": f"Bearer {self._token.token}"}
        try:
            response = self._client.request(method, path, headers=headers, json=body)
        except httpx.TransportError as error:
            message = f"the platform does not answer at {self._base}: start it with `holdfast up`"
            raise Unavailable(message) from error
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            problem = response.json()
            message = f"{problem['title']}: {problem['detail']}. {problem['next']}"
            raise Unavailable(message)
        if response.is_error:
            raise RefusedByApi(response.json())
        answer: JsonObject = response.json()
        return answer

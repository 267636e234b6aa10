"""A request of the configuration: no redirects, no proxies, no cookies, and answers cut."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping

import httpx

from holdfast import __version__
from holdfast.automation.automation import Beat, Done, Order, line_of
from holdfast.automation.command_output import CutOutput
from holdfast.automation.configuration import HttpSettings
from holdfast.automation.parameters import refusal_of
from holdfast.automation.requests import RequestSettings
from holdfast.automation.secret_files import SecretAway, fault_of_secrets, read_secrets
from holdfast.domain.automation.outcome import AutomationState

__all__ = ["HttpAutomation"]

_CONNECTIONS = httpx.Limits(max_connections=1, max_keepalive_connections=0)
_CONNECTS_WITHIN_SECONDS = 10.0
_BEAT_SECONDS = 1.0


class HttpAutomation:
    """One request with its dry run."""

    kind = "http"

    def __init__(self, name: str, settings: HttpSettings, platform: str) -> None:
        """Send it as configured; `platform` is the address of this installation's own API."""
        self.name = name
        self.title: str = settings.title
        self.parameters: Mapping[str, str] = settings.parameters
        self.repeatable: bool = settings.repeatable
        self.seconds: float = settings.timeout_seconds
        self._settings = settings
        self._platform = platform

    def fault(self) -> str | None:
        """Why it cannot be sent here: a secret is away, or there are no authorities."""
        file = self._settings.authorities_file
        if file is not None and not file.is_file():
            return f"there are no certificates in {file}"
        return fault_of_secrets(self._settings.secret_headers)

    def refusal(self, parameters: Mapping[str, str]) -> str | None:
        """Why it cannot be sent with these parameters."""
        if refused := refusal_of(self.parameters, parameters):
            return refused
        try:
            for request in (self._settings.request, self._settings.dry_request):
                request.address(self._platform, parameters)
        except ValueError as error:
            return str(error)
        return None

    async def dry_run(self, order: Order, beat: Beat) -> Done:
        """Send the request that tries it."""
        return await self._send(self._settings.dry_request, order, beat)

    async def run(self, order: Order, beat: Beat) -> Done:
        """Send the request."""
        return await self._send(self._settings.request, order, beat)

    async def _send(self, request: RequestSettings, order: Order, beat: Beat) -> Done:
        beating = asyncio.ensure_future(_beating(beat))
        try:
            secrets = read_secrets(self._settings.secret_headers)
            address = request.address(self._platform, order.parameters)
            async with asyncio.timeout(order.seconds), self._client() as client:
                sent = client.build_request(
                    request.method,
                    address,
                    params=request.asked(order.parameters) or None,
                    content=request.content(order.parameters),
                    headers=_headers(request, order, secrets),
                )
                return await _answer(client, sent, request, secrets)
        except SecretAway as error:
            return Done(AutomationState.FAILED, line_of(error.message))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return Done(AutomationState.FAILED, line_of(_words(error)))
        except (TimeoutError, httpx.TimeoutException):
            because = f"no answer came within {order.seconds:g} s"
            return Done(AutomationState.UNKNOWN, because)
        except httpx.TransportError:
            return Done(AutomationState.UNKNOWN, "the host hung up without an answer")
        except (httpx.InvalidURL, OSError, ValueError):
            return Done(AutomationState.FAILED, "the request could not be written")
        finally:
            beating.cancel()

    def _client(self) -> httpx.AsyncClient:
        file = self._settings.authorities_file
        return httpx.AsyncClient(
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=_CONNECTS_WITHIN_SECONDS),
            limits=_CONNECTIONS,
            trust_env=False,
            verify=True if file is None else ssl.create_default_context(cafile=file),
        )


async def _answer(
    client: httpx.AsyncClient,
    sent: httpx.Request,
    request: RequestSettings,
    secrets: Mapping[str, str],
) -> Done:
    response = await client.send(sent, stream=True)
    output = CutOutput()
    cut = ""
    try:
        async for chunk in response.aiter_raw():
            output.add(chunk)
            if output.full:
                break
    except httpx.TransportError:
        cut = "; it broke off"
    finally:
        await response.aclose()
    status = response.status_code
    summary = f"answered {status}, {output.size} bytes{cut}"
    said = output.text(secrets.values())
    return Done(_state(status, request), summary, said, http_status=status)


def _state(status: int, request: RequestSettings) -> AutomationState:
    """What an answer proves: what was asked for, or a refusal; everything else proves nothing."""
    if status in request.expect:
        return AutomationState.SUCCEEDED
    refused = httpx.codes.is_client_error(status) or status == httpx.codes.SERVICE_UNAVAILABLE
    return AutomationState.FAILED if refused else AutomationState.UNKNOWN


def _headers(request: RequestSettings, order: Order, secrets: Mapping[str, str]) -> dict[str, str]:
    headers = {
        "user-agent": f"holdfast/{__version__}",
        "idempotency-key": order.key,
        # What is kept is what came: nothing is unpacked, however small it looked.
        "accept-encoding": "identity",
        **request.headers,
        **secrets,
    }
    if request.body is not None:
        headers["content-type"] = "application/json"
    return headers


def _words(error: httpx.TransportError) -> str:
    """Why no connection came about; nothing was sent."""
    if isinstance(error, httpx.ConnectTimeout):
        return "the host cannot be connected to in time"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the host's certificate is not valid: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    return "the host cannot be connected to"


async def _beating(beat: Beat) -> None:
    begun = time.monotonic()
    while True:
        beat(f"waiting for the answer for {time.monotonic() - begun:.0f} s")
        await asyncio.sleep(_BEAT_SECONDS)

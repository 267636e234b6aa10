"""Telling a ticket system of remediation tasks: one signed webhook an entry (Standard Webhooks).

The id of the webhook is that of the entry: a receiver who follows the specification takes a repeat
for what it is.
"""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
from pydantic import SecretStr

from holdfast import __version__
from holdfast.channels.configuration import web_address
from holdfast.channels.signed_webhooks import WebhookSecrets
from holdfast.domain.remediation.telling import TicketTold
from holdfast.errors import InvalidInput, Unavailable
from holdfast.settings import Settings

__all__ = ["TicketSystem", "load_ticket_system"]

_TIMEOUT_SECONDS = 15.0
_AT_ONCE = 3
"""One that hangs must not keep all the activities of a worker: the next one comes back later."""
_CONNECTIONS = httpx.Limits(max_connections=1, max_keepalive_connections=0)
# Said before anything was done with the request: too slow, too early, too many.
_LATER = frozenset(
    {httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_EARLY, httpx.codes.TOO_MANY_REQUESTS}
)


class TicketSystem:
    """The endpoint of a ticket system."""

    def __init__(
        self, url: SecretStr, secrets: WebhookSecrets, *, timeout_seconds: float = _TIMEOUT_SECONDS
    ) -> None:
        """Tell it there, signed with these."""
        self._url = url
        self._secrets = secrets
        self._timeout = timeout_seconds
        self._telling = 0

    async def tell(self, identity: str, content: bytes) -> TicketTold:
        """Send one webhook; only the status of the answer is read.

        Raises:
            Unavailable: it did not answer, or not for good: the same webhook can be sent again.
            SecretsAway: the secrets cannot be read.
        """
        if self._telling >= _AT_ONCE:
            message = f"{_AT_ONCE} webhooks wait for the ticket system already"
            raise Unavailable(message, part="ticket_system")
        self._telling += 1
        try:
            return await self._send(identity, content)
        finally:
            self._telling -= 1

    async def _send(self, identity: str, content: bytes) -> TicketTold:
        headers = {
            "content-type": "application/json",
            "user-agent": f"holdfast/{__version__}",
            **self._secrets.sign(identity, datetime.now(UTC), content),
        }
        async with httpx.AsyncClient(
            follow_redirects=False, timeout=self._timeout, limits=_CONNECTIONS, trust_env=False
        ) as client:
            try:
                url = self._url.get_secret_value()
                async with client.stream("POST", url, content=content, headers=headers) as response:
                    return _told(response.status_code)
            except httpx.TimeoutException:
                message = f"the ticket system gave no answer within {self._timeout:g} s"
                raise Unavailable(message, part="ticket_system") from None
            except httpx.TransportError:
                # The library's words may repeat a secret of the URL.
                message = "the ticket system cannot be reached, or hung up without an answer"
                raise Unavailable(message, part="ticket_system") from None


def load_ticket_system(settings: Settings) -> TicketSystem | None:
    """The ticket system of these settings; None where there is none.

    Raises:
        InvalidInput: the address is none, or there is an address without secrets.
    """
    url, file = settings.tasks_webhook_url, settings.tasks_webhook_secret_file
    if url is None:
        return None
    if file is None:
        message = "HOLDFAST_TASKS_WEBHOOK_URL needs HOLDFAST_TASKS_WEBHOOK_SECRET_FILE: name both"
        raise InvalidInput(message)
    try:
        return TicketSystem(web_address(url), WebhookSecrets(file))
    except ValueError as error:
        message = f"HOLDFAST_TASKS_WEBHOOK_URL: {error}"
        raise InvalidInput(message) from None


def _told(status: int) -> TicketTold:
    if httpx.codes.is_success(status):
        return TicketTold(told=True)
    because = f"the ticket system answered {status}"
    if httpx.codes.is_server_error(status) or status in _LATER:
        raise Unavailable(because, part="ticket_system")
    return TicketTold(told=False, because=because)

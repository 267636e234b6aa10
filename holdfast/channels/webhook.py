"""Webhooks: one signed request a message (Standard Webhooks 1.0.0).

The id in the headers is the same at every attempt, so that a receiver who follows the specification
takes a repeat for what it is.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from holdfast import __version__
from holdfast.channels.channel import ChannelSession
from holdfast.channels.configuration import WebhookSettings
from holdfast.channels.outgoing import Answer, AnswerOutcome, Found, FoundState, Outgoing
from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.domain.values import canonical_json, rfc3339

__all__ = ["WebhookChannel", "WebhookSession", "webhook_id", "webhook_payload"]

_EVENT = "communication.published"
_LONGEST_ID = 200
_CONNECTIONS = httpx.Limits(max_connections=1, max_keepalive_connections=0)
# Said before anything was done with the request: too slow, too many, not open now.
_LATER = {
    httpx.codes.REQUEST_TIMEOUT,
    httpx.codes.TOO_MANY_REQUESTS,
    httpx.codes.SERVICE_UNAVAILABLE,
}


class WebhookChannel:
    """An endpoint for signed requests."""

    kind = ChannelKind.WEBHOOK
    attaches = False

    def __init__(self, name: str, settings: WebhookSettings) -> None:
        """Send to that endpoint, signed with every one of its secrets."""
        self.name = name
        self.audiences: frozenset[Audience] | None = settings.audiences
        self._settings = settings

    @contextlib.contextmanager
    def session(self) -> Iterator[ChannelSession]:
        """Make a connection for each request: one that was idle might be gone already."""
        with httpx.Client(
            follow_redirects=False,
            timeout=self._settings.timeout_seconds,
            limits=_CONNECTIONS,
            trust_env=False,
        ) as client:
            yield WebhookSession(self._settings, client)

    def find(self, key: str, number: int) -> Found:
        """An endpoint has no way to be asked; where repeats do no harm, sending again tells."""
        del key, number
        return Found(FoundState.CANNOT_TELL)


class WebhookSession:
    """Requests to one endpoint."""

    def __init__(self, settings: WebhookSettings, client: httpx.Client) -> None:
        """Send by that client."""
        self._settings = settings
        self._client = client
        self._signers = [Webhook(each.get_secret_value()) for each in settings.secrets]

    def send(self, outgoing: Outgoing) -> Answer:
        """Send one request; nothing but the status and one header of the answer is read."""
        if outgoing.attachments:
            because = "a webhook carries no attachments"
            return Answer(AnswerOutcome.NOT_NOW, because=because)
        content = webhook_payload(outgoing)
        headers = self._headers(outgoing, content)
        url = self._settings.url.get_secret_value()
        try:
            with self._client.stream("POST", url, content=content, headers=headers) as response:
                return self._answer(response)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return Answer(AnswerOutcome.NOT_NOW, because=_words(error))
        except httpx.TimeoutException:
            seconds = self._settings.timeout_seconds
            return self._uncertain(f"the endpoint gave no answer within {seconds:g} s")
        except httpx.TransportError:
            return self._uncertain("the endpoint hung up without an answer")

    def _answer(self, response: httpx.Response) -> Answer:
        code = response.status_code
        because = f"the endpoint answered {code}"
        if response.is_success:
            return Answer(AnswerOutcome.TAKEN, channel_id=self._id_in(response))
        if code in _LATER:
            return Answer(AnswerOutcome.NOT_NOW, because=because)
        if response.is_client_error:
            return Answer(AnswerOutcome.REFUSED, because=because)
        return self._uncertain(because)

    def _uncertain(self, because: str) -> Answer:
        if self._settings.repeatable:
            return Answer(AnswerOutcome.NOT_NOW, because=because)
        return Answer(AnswerOutcome.UNKNOWN, because=because)

    def _id_in(self, response: httpx.Response) -> str | None:
        given = response.headers.get(self._settings.id_header, "").strip()
        return given if given.isprintable() and 0 < len(given) <= _LONGEST_ID else None

    def _headers(self, outgoing: Outgoing, content: bytes) -> dict[str, str]:
        identity = webhook_id(outgoing)
        now = datetime.now(UTC)
        signatures = [each.sign(identity, now, content.decode()) for each in self._signers]
        return {
            "content-type": "application/json",
            "user-agent": f"holdfast/{__version__}",
            "webhook-id": identity,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def webhook_id(outgoing: Outgoing) -> str:
    """The id by which a receiver knows a repeat."""
    return f"msg_{outgoing.reference[:40]}"


def webhook_payload(outgoing: Outgoing) -> bytes:
    """The exact bytes of the request for a message."""
    return canonical_json(
        {
            "type": _EVENT,
            "timestamp": rfc3339(outgoing.released_at),
            "data": {
                "incident": outgoing.incident,
                "message_id": outgoing.message_id,
                "digest": outgoing.digest,
                "purpose": outgoing.purpose,
                "audience": outgoing.audience,
                "language": outgoing.language,
                "subject": outgoing.subject,
                "body": outgoing.body,
            },
        }
    )


def _words(error: httpx.TransportError) -> str:
    """Why no connection came about: the library's words may repeat a secret of the URL."""
    if isinstance(error, httpx.ConnectTimeout):
        return "the endpoint cannot be connected to in time"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the endpoint's certificate is not valid: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    return "the endpoint cannot be connected to"

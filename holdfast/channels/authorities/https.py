"""An authority's interface over HTTPS: one request a submission, known by its Idempotency-Key.

What was refused before anything was done with it, and what nobody knows of, is sent again under the
same key; what the authority says no to is not.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from holdfast import __version__
from holdfast.automation.secret_files import (
    SecretAway,
    fault_of_secrets,
    read_secrets,
    without_secrets,
)
from holdfast.channels.authorities.bounded_answers import (
    BoundedAnswer,
    TlsFiles,
    TlsUnusable,
    ask,
    new_client,
    words_of,
)
from holdfast.channels.authorities.configuration import HttpsSettings
from holdfast.channels.authorities.naming import OfAuthority
from holdfast.channels.authorities.references import reference_in
from holdfast.channels.authorities.submission import (
    AuthorityAnswer,
    Submission,
    short_reference,
)
from holdfast.channels.authorities.tokens import NoToken, fetch_token
from holdfast.channels.outgoing import AnswerOutcome

__all__ = ["HttpsAuthority"]

_WHOM = "the authority"
_LATER = {
    httpx.codes.REQUEST_TIMEOUT,
    httpx.codes.TOO_EARLY,
    httpx.codes.TOO_MANY_REQUESTS,
}
_LONGEST_WAIT = timedelta(minutes=30)
"""What asks to be left alone for longer is asked again then: limits of the law run meanwhile."""


class HttpsAuthority(OfAuthority):
    """One interface."""

    kind = "https"

    def __init__(self, authority: str, settings: HttpsSettings) -> None:
        """Send as configured; nothing is connected before the first submission."""
        super().__init__(authority, settings)
        self._settings = settings
        self._tls = TlsFiles(
            settings.client_certificate_file, settings.client_key_file, settings.authorities_file
        )

    def fault(self) -> str | None:
        """Why nothing can be sent from here: a certificate, key or secret cannot be used."""
        secrets = dict(self._settings.secret_headers)
        if self._settings.oauth is not None:
            secrets["client_secret"] = self._settings.oauth.client_secret_file
        try:
            self._tls.context()
        except TlsUnusable as error:
            return error.message
        return fault_of_secrets(secrets) or self.schema_fault()

    async def submit(self, submission: Submission) -> AuthorityAnswer:
        """Send one request."""
        return await self._submit(submission, self._settings.url)

    async def attempt_trial(self, submission: Submission) -> AuthorityAnswer:
        """Send a trial where the authority wants trials."""
        return await self._submit(submission, self._settings.trial_url or self._settings.url)

    async def _submit(self, submission: Submission, url: str) -> AuthorityAnswer:
        seconds = self._settings.timeout_seconds
        sent = False
        try:
            context = await asyncio.to_thread(self._tls.context)
            secrets = await asyncio.to_thread(read_secrets, self._settings.secret_headers)
            async with asyncio.timeout(seconds), new_client(context) as client:
                if self._settings.oauth is not None:
                    token = await fetch_token(client, self._settings.oauth)
                    secrets["authorization"] = f"Bearer {token}"
                request = self._request(client, submission, url, secrets)
                sent = True
                answer = await ask(client, request)
        except (NoToken, SecretAway, TlsUnusable) as error:
            return AuthorityAnswer(AnswerOutcome.NOT_NOW, error.message[:200])
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            because = words_of(error, _WHOM) or "the authority cannot be connected to"
            return AuthorityAnswer(AnswerOutcome.NOT_NOW, because[:200])
        except (TimeoutError, httpx.TimeoutException):
            outcome = AnswerOutcome.UNKNOWN if sent else AnswerOutcome.NOT_NOW
            return AuthorityAnswer(outcome, f"no answer came within {seconds:g} s")
        except (httpx.TransportError, ssl.SSLError) as error:
            because = words_of(error, _WHOM) or "the authority hung up without an answer"
            return AuthorityAnswer(AnswerOutcome.UNKNOWN, because[:200])
        # What comes back may repeat what it was sent.
        told = [each.removeprefix("Bearer ") for each in secrets.values()]
        answer = replace(answer, content=without_secrets(answer.content, told))
        return self._judged(answer, again=submission.again)

    def _request(
        self, client: httpx.AsyncClient, submission: Submission, url: str, secrets: dict[str, str]
    ) -> httpx.Request:
        headers = {
            "user-agent": f"holdfast/{__version__}",
            "idempotency-key": submission.key,
            # What is kept is what came: nothing is unpacked, however small it looked.
            "accept-encoding": "identity",
            **self._settings.headers,
            **secrets,
        }
        if len(submission.documents) == 1:
            name, document = submission.main.name, submission.main.document
            headers["content-type"] = document.media_type
            headers["content-disposition"] = f'attachment; filename="{name}"'
            return client.build_request(
                self._settings.method, url, content=document.content, headers=headers
            )
        boundary = f"holdfast-{short_reference(submission.key)}-{submission.digest[-12:]}"
        headers["content-type"] = f"multipart/form-data; boundary={boundary}"
        files = [
            (
                self._settings.part_name,
                (each.name, each.document.content, each.document.media_type),
            )
            for each in submission.documents
        ]
        return client.build_request(self._settings.method, url, files=files, headers=headers)

    def _judged(self, answer: BoundedAnswer, *, again: bool) -> AuthorityAnswer:
        status = answer.status
        judged = AuthorityAnswer(
            AnswerOutcome.NOT_NOW,
            f"the authority answered {status}",
            said=answer.content,
            media_type=_media_type(answer),
            status=status,
            cut=answer.cut,
        )
        if httpx.codes.is_success(status):
            reference = None if answer.cut else reference_in(answer.content, self._settings)
            return replace(judged, outcome=AnswerOutcome.TAKEN, because=None, reference=reference)
        # A repeat may meet the first one while the authority is still at it.
        if status in _LATER or (status == httpx.codes.CONFLICT and again):
            return replace(judged, retry_after=_wait(answer))
        if httpx.codes.is_server_error(status):
            return replace(judged, retry_after=_wait(answer))
        if httpx.codes.is_redirect(status):
            because = f"the authority answered {status}: redirects are not followed; correct `url`"
            return replace(judged, outcome=AnswerOutcome.REFUSED, because=because)
        return replace(judged, outcome=AnswerOutcome.REFUSED)


def _media_type(answer: BoundedAnswer) -> str | None:
    given = str(answer.headers.get("content-type", "")).strip()
    return given[:100] if given.isascii() and given.isprintable() and given else None


def _wait(answer: BoundedAnswer) -> timedelta | None:
    """How long it asks to be left alone (RFC 9110 section 10.2.3)."""
    given = str(answer.headers.get("retry-after", "")).strip()
    if given.isascii() and given.isdigit():
        return min(timedelta(seconds=min(int(given[:9]), 86_400)), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(given)
    except (ValueError, TypeError, IndexError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - datetime.now(UTC), timedelta(0)), _LONGEST_WAIT)

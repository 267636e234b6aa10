"""A token for one submission: OAuth 2 client credentials (RFC 6749 section 4.4)."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from authlib.common.urls import add_params_to_qs
from authlib.oauth2.auth import ClientAuth

from holdfast import __version__
from holdfast.automation.secret_files import read_secrets
from holdfast.channels.authorities.bounded_answers import ask, words_of
from holdfast.channels.authorities.configuration import OAuthSettings
from holdfast.errors import Unavailable

__all__ = ["NoToken", "fetch_token"]

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_LONGEST_TOKEN = 16_000
_CODES = {
    *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client"),
    *("unsupported_grant_type", "invalid_scope"),
}
"""What may be wrong (RFC 6749 section 5.2); other words of the endpoint are not repeated."""
_FORM = "application/x-www-form-urlencoded"


class NoToken(Unavailable):
    """There is no token now: nothing was submitted. The message holds no secret."""

    code = "no_token"


async def fetch_token(client: httpx.AsyncClient, settings: OAuthSettings) -> str:
    """Ask for a token; none is kept, so that one that was revoked is never used again.

    Raises:
        NoToken: the endpoint gives none.
        SecretAway: the client's secret cannot be read here.
    """
    secret = read_secrets({"client_secret": settings.client_secret_file})["client_secret"]
    try:
        answer = await ask(client, _request(client, settings, secret))
    except httpx.TransportError as error:
        said = words_of(error, "the token endpoint") or "the token endpoint cannot be reached"
        raise NoToken(said) from None
    found = _json(answer.content)
    if answer.status != httpx.codes.OK:
        code = str(found.get("error", ""))
        why = f": {code}" if code in _CODES else ""
        message = f"the token endpoint answered {answer.status}{why}"
        raise NoToken(message)
    token, kind = found.get("access_token"), str(found.get("token_type", "bearer"))
    if kind.lower() != "bearer":
        message = "the token endpoint gave a token that is no bearer token"
        raise NoToken(message)
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN or not _TOKEN.fullmatch(token):
        message = "the token endpoint gave an answer without a token"
        raise NoToken(message)
    return token


def _request(client: httpx.AsyncClient, settings: OAuthSettings, secret: str) -> httpx.Request:
    asked = [("grant_type", "client_credentials")]
    if settings.scope is not None:
        asked.append(("scope", settings.scope))
    headers = {
        "accept": "application/json",
        "accept-encoding": "identity",
        "content-type": _FORM,
        "user-agent": f"holdfast/{__version__}",
    }
    credentials = ClientAuth(settings.client_id, secret, settings.client_authentication)
    url, headers, body = credentials.prepare(
        "POST", settings.token_url, headers, add_params_to_qs("", asked)
    )
    return client.build_request("POST", url, headers=headers, content=body.encode())


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

"""One HTTP exchange with a stranger: bounded in time and in size, whatever is at the other end."""

from __future__ import annotations

import asyncio
import functools
import ssl
from dataclasses import dataclass

import httpx

from holdfast.errors import InvalidInput, Unavailable

__all__ = ["Answer", "parse_address", "post"]

_ENDS_WITHIN = 30.0
_LARGEST_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the media type without parameters, the bytes."""

    status: int
    media_type: str
    content: bytes


def parse_address(address: str, setting: str) -> httpx.URL:
    """Read the URL of a setting.

    Raises:
        InvalidInput: it is no http or https URL; the message does not say it again.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        message = f"{setting} has no http:// or https:// URL where one belongs"
        raise InvalidInput(message)
    return url


async def post(url: httpx.URL, content: bytes, media_type: str) -> Answer:
    """Post these bytes, and return the answer, whatever its status.

    A proxy in the environment is used, as the stranger is elsewhere.

    Raises:
        Unavailable: there was no answer in time, or one too large to be an answer.
    """
    headers = {"Content-Type": media_type}
    try:
        async with (
            asyncio.timeout(_ENDS_WITHIN),
            httpx.AsyncClient(verify=_trust(), timeout=_ENDS_WITHIN) as client,
            client.stream("POST", url, content=content, headers=headers) as response,
        ):
            return await _answer(response)
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        # Its own words may quote the address.
        message = f"{url.host} did not answer ({type(error).__name__})"
        raise Unavailable(message, part=url.host) from error


async def _answer(response: httpx.Response) -> Answer:
    content = b""
    async for part in response.aiter_bytes():
        content += part
        if len(content) > _LARGEST_ANSWER:
            message = f"{response.url.host} answered with more than {_LARGEST_ANSWER} bytes"
            raise Unavailable(message, part=response.url.host)
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Answer(response.status_code, media_type, content)


@functools.cache
def _trust() -> ssl.SSLContext:
    """Read the trusted roots once: it takes a while."""
    return httpx.create_ssl_context()

"""Chat, SMS and the like through Apprise, which says yes or no; why not stands in its lines.

A service's address is a secret and stands in those lines: they are read here and go nowhere else.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator

from apprise import Apprise, AppriseAsset, AppriseResult, NotifyBase, NotifyFormat, OverflowMode
from apprise.result import AppriseResultStatus

from holdfast.channels.channel import ChannelSession
from holdfast.channels.configuration import AppriseSettings
from holdfast.channels.outgoing import Answer, AnswerOutcome, Found, FoundState, Outgoing
from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.errors import InvalidInput

__all__ = ["AppriseChannel", "AppriseSession"]

_STATUS = re.compile(r"\berror=(\d{3})\b")
# How all its services tell an error of the connection.
_LOST = "Socket Exception: "
# What only a connection that never came about says: of urllib3, of the resolver, of OpenSSL.
_NEVER_CONNECTED = re.compile(
    r"NewConnectionError|Failed to establish a new connection|ConnectTimeoutError|"
    r"NameResolutionError|SSLCertVerificationError|\[Errno 111\] Connection refused"
)
_TELL_SECRETS = ("apprise", "oauthlib", "requests_oauthlib", "urllib3")
_NOBODY = logging.NullHandler()
_LATER = {"408", "429", "503"}


class AppriseChannel:
    """One service with one target. It cannot tell afterwards what it has taken."""

    kind = ChannelKind.APPRISE
    attaches = False

    def __init__(self, name: str, settings: AppriseSettings) -> None:
        """Send to that service.

        Raises:
            InvalidInput: Apprise does not know such a URL, or it does not mean one target.
        """
        _silence()
        self.name = name
        self.audiences: frozenset[Audience] | None = settings.audiences
        self._settings = settings
        self._service = _service(name, settings)

    @contextlib.contextmanager
    def session(self) -> Iterator[ChannelSession]:
        """Nothing is kept between two messages."""
        yield AppriseSession(self._service, self._settings)

    def find(self, key: str, number: int) -> Found:
        """Apprise only sends."""
        del key, number
        return Found(FoundState.CANNOT_TELL)


class AppriseSession:
    """Messages to one service."""

    def __init__(self, service: NotifyBase, settings: AppriseSettings) -> None:
        """Send to that service."""
        self._apprise = Apprise(service)
        self._settings = settings

    def send(self, outgoing: Outgoing) -> Answer:
        """Send one message, once; what is too long for the service goes in several pieces."""
        if outgoing.attachments:
            because = "a channel of Apprise carries no attachments"
            return Answer(AnswerOutcome.NOT_NOW, because=because)
        result = self._apprise.notify(
            title=outgoing.subject,
            body=outgoing.body,
            body_format=NotifyFormat.TEXT,
            timeout=self._settings.timeout_seconds,
            log_level=logging.DEBUG,
        )
        answer = _answer(result)
        if answer.outcome is AnswerOutcome.UNKNOWN and self._settings.repeatable:
            return Answer(AnswerOutcome.NOT_NOW, because=answer.because)
        return answer


def _service(name: str, settings: AppriseSettings) -> NotifyBase:
    # Whoever redirects may have taken the message before: the second address proves nothing.
    asset = AppriseAsset(http_redirects=False)
    url = settings.url.get_secret_value()
    service = Apprise.instantiate(url, asset=asset) if url.strip() else None
    if not isinstance(service, NotifyBase):
        message = f"channel {name}: url: it is none that Apprise knows"
        raise InvalidInput(message, channel=name, field="url")
    if len(service) != 1:
        message = f"channel {name}: url: one target, without `retry`, is a channel; it has more"
        raise InvalidInput(message, channel=name, field="url")
    service.retry = 0
    service.optional = False
    service.redirects = False
    service.overflow_mode = OverflowMode.SPLIT
    service.logger = _private_logger()
    return service


def _private_logger() -> logging.Logger:
    """A logger that nobody hears but the one who asks for a result: its lines hold secrets."""
    private = logging.Logger("apprise", logging.DEBUG)  # noqa: LOG001 - known to no other logger
    private.addHandler(_NOBODY)
    return private


def _silence() -> None:
    """As `holdfast.telemetry` does; the command line and tests set up no logs."""
    for name in _TELL_SECRETS:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.addHandler(_NOBODY)


def _answer(result: AppriseResult) -> Answer:
    """Read off what became of it; what the lines do not prove is unknown."""
    if result:
        return Answer(AnswerOutcome.TAKEN)
    if result.status is AppriseResultStatus.TIMEOUT:
        return Answer(AnswerOutcome.UNKNOWN, because="the service did not answer in time")
    lines = [(line.level, str(line.message)) for service in result for line in service.logs()]
    # Only from here up: lines of DEBUG quote the message, which may say anything.
    warnings = [text for level, text in lines if level in {"WARNING", "ERROR"}]
    statuses = {found for text in warnings for found in _STATUS.findall(text)}
    lost = [text for level, text in lines if level == "DEBUG" and text.startswith(_LOST)]
    if not any(level == "INFO" for level, _ in lines):
        if statuses and not lost:
            return _refusal(sorted(statuses))
        if lost and not statuses and all(_NEVER_CONNECTED.search(text) for text in lost):
            return Answer(AnswerOutcome.NOT_NOW, because="the service cannot be connected to")
    # A line of INFO tells that something was sent, so that no refusal is of the whole.
    return Answer(AnswerOutcome.UNKNOWN, because="the service did not confirm the message")


def _refusal(statuses: list[str]) -> Answer:
    because = f"the service answered {', '.join(statuses)}"
    if all(status in _LATER for status in statuses):
        return Answer(AnswerOutcome.NOT_NOW, because=because)
    if all(status.startswith("4") and status not in _LATER for status in statuses):
        return Answer(AnswerOutcome.REFUSED, because=because)
    return Answer(AnswerOutcome.UNKNOWN, because=because)

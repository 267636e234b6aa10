"""The communications of an incident as its bundle tells them: what was said, to whom, by whom.

Derived from the records that are here, and from the messages that they name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject
from holdfast.evidence.bundle.contents import Withheld
from holdfast.evidence.bundle.people_in_words import whose
from holdfast.evidence.communication_sentences import outcome_in_words

__all__ = ["Communication", "Happened", "SaidText", "ToldDelivery", "ToldVersion", "correspondence"]

Happened = tuple[str, Event]
"""When something happened (RFC 3339), and what."""


@dataclass(frozen=True, slots=True)
class SaidText:
    """What was said in one language."""

    language: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class ToldVersion:
    """One version of a message: whose, when, and where its exact bytes are."""

    version: int
    message: str
    subject: str
    drafted_at: str
    drafted_by: str
    comment: str
    withheld: Withheld | None


@dataclass(slots=True)
class ToldDelivery:
    """One channel and group of recipients, and what became of it."""

    group: str
    channel: str
    language: str
    outcome: str = "under way"
    reported_at: str = ""


@dataclass(slots=True)
class Communication:
    """One communication. What no record here says is empty."""

    number: int
    purpose: str = ""
    audience: str = ""
    supersedes: int | None = None
    superseded_by: int | None = None
    state: str = "draft"
    steps: list[ToldVersion | str] = field(default_factory=list)
    """In order: versions, and in words who has given back, cleared or approved which, and when."""
    released: str = ""
    texts: tuple[SaidText, ...] = ()
    """What has left, in every language; empty where its message is not here."""
    deliveries: dict[int, ToldDelivery] = field(default_factory=dict)

    @property
    def versions(self) -> list[ToldVersion]:
        """Every version that was drafted."""
        return [step for step in self.steps if isinstance(step, ToldVersion)]

    @property
    def title(self) -> str:
        """Number, purpose and audience in words."""
        what = f"{self.purpose} to {self.audience}".replace("_", " ")
        return f"Communication {self.number}" + (f": {what}" if self.purpose else "")


@dataclass(frozen=True, slots=True)
class _Here:
    """What of the messages is in the bundle: why not, and their bytes, by digest."""

    withheld: Mapping[str, Withheld | None]
    messages: Mapping[str, bytes]


def correspondence(
    happened: Iterable[Happened],
    withheld: Mapping[str, Withheld | None],
    messages: Mapping[str, bytes],
) -> list[Communication]:
    """Tell the communications, by number.

    `withheld` says of each artifact why it is not here, None if it is; `messages` are the bytes of
    those that have left, by digest.
    """
    found: dict[int, Communication] = {}
    here = _Here(withheld, messages)
    for at, event in happened:
        if event.kind.startswith("communication."):
            number = event.payload["number"]
            told = found.setdefault(number, Communication(number))
            _tell(told, at, event, here)
    for told in found.values():
        if told.state.startswith("published") and told.supersedes in found:
            found[told.supersedes].superseded_by = told.number
    return [found[number] for number in sorted(found)]


def _tell(told: Communication, at: str, event: Event, here: _Here) -> None:
    payload = event.payload
    if event.kind is EventKind.COMMUNICATION_OPENED:
        told.purpose, told.audience = payload["purpose"], payload["audience"]
    elif event.kind is EventKind.COMMUNICATION_DRAFTED:
        told.state, told.supersedes = "draft", payload["draft"]["supersedes"]
        told.steps.append(_version(at, payload, here))
    elif event.kind is EventKind.COMMUNICATION_RELEASED:
        _release(told, payload, here)
    elif event.kind is EventKind.COMMUNICATION_DELIVERED:
        told.deliveries[payload["delivery"]] = _delivery(payload, at)
    else:
        _settle(told, at, event)


def _version(at: str, payload: JsonObject, here: _Here) -> ToldVersion:
    draft, author = payload["draft"], payload["author"]
    return ToldVersion(
        version=payload["version"],
        message=draft["message"],
        subject=draft["subject"],
        drafted_at=at,
        drafted_by=whose(author["role"], author["id"]) if author else "the process",
        comment=payload["comment"] or "",
        withheld=here.withheld.get(draft["message"], Withheld.MISSING),
    )


def _release(told: Communication, payload: JsonObject, here: _Here) -> None:
    told.state, told.released = "publishing", payload["message"]
    told.deliveries = {
        number: ToldDelivery(each["group"], each["channel"], each["language"])
        for number, each in enumerate(payload["deliveries"])
    }
    if (content := here.messages.get(payload["message"])) is not None:
        variants = json.loads(content)["variants"]
        told.texts = tuple(
            SaidText(each["language"], each["subject"], each["body"]) for each in variants
        )


def _delivery(payload: JsonObject, at: str) -> ToldDelivery:
    return ToldDelivery(
        group=payload["group"],
        channel=payload["channel"],
        language=payload["language"],
        outcome=outcome_in_words(payload["report"]),
        reported_at=at,
    )


def _settle(told: Communication, at: str, event: Event) -> None:
    payload, kind = event.payload, event.kind
    if kind is EventKind.COMMUNICATION_RETURNED:
        told.state = "draft"
        why = f": {payload['comments']}" if payload["comments"] else ""
        told.steps.append(f"{_signed(payload, 'given back', [payload['by']], at)}{why}")
    elif kind is EventKind.COMMUNICATION_CLEARED and payload["by"]:
        told.steps.append(_signed(payload, "cleared", payload["by"], at))
    elif kind is EventKind.COMMUNICATION_APPROVED:
        told.state = "approved"
        told.steps.append(_signed(payload, "approved", payload["by"], at))
    elif kind is EventKind.COMMUNICATION_PUBLISHED:
        told.state = f"published {_second(at)}"
    elif kind is EventKind.COMMUNICATION_CANCELLED:
        told.state = f"cancelled {_second(at)}: {payload['because']}"


def _signed(payload: JsonObject, what: str, people: Iterable[JsonObject], at: str) -> str:
    by = ", ".join(whose(each["role"], each["id"]) for each in people)
    who = f"by {by}" if by else "by the matrix, without anybody being asked"
    return f"Version {payload['version']} {what} {who}, {_second(at)}"


def _second(instant: str) -> str:
    return f"{instant[:19].replace('T', ' ')} UTC"

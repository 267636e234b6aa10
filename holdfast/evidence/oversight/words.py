"""Words of an oversight file for people: entries, instants, lengths of time, clocks, people."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from holdfast.domain.roles import Actor
from holdfast.domain.third_party.naming import escalation_workflow_id
from holdfast.dora.register.terms import VendorClock
from holdfast.evidence.bundle.people_in_words import role_in_words, whose
from holdfast.evidence.oversight.document import OversightFile

__all__ = ["TIMES", "EntryNames", "length", "people", "plain", "second", "short", "spell", "who"]

TIMES = {
    VendorClock.ACKNOWLEDGE: "Acknowledgement",
    VendorClock.FIRST_RESPONSE: "First response",
    VendorClock.UPDATE: "Update",
    VendorClock.WORKAROUND: "Workaround",
    VendorClock.RESTORE: "Restoration",
}
"""What the provider owes, as a heading."""

_CHILD = re.compile(r"(communication|third-party)/INC-[0-9-]+/([0-9]+)#([0-9]+)")
_INCIDENT = re.compile(r"incident/INC-[0-9-]+#([0-9]+)")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_SHORT_DIGEST = len("sha256:") + 12


class EntryNames:
    """Short names of entries within a file: its own are numbers, others say whose they are."""

    def __init__(self, file: OversightFile) -> None:
        """Name the entries of that file."""
        self._workflow = escalation_workflow_id(file.incident, file.number)

    def __call__(self, *entries: str | None) -> str:
        """The names of these entries, those that are None left out."""
        return ", ".join(self._name(entry) for entry in entries if entry)

    def _name(self, entry: str) -> str:
        if entry.startswith(f"{self._workflow}#"):
            return entry.removeprefix(self._workflow)
        if found := _CHILD.fullmatch(entry):
            return f"{found[1].replace('-', ' ')} {found[2]} #{found[3]}"
        if found := _INCIDENT.fullmatch(entry):
            return f"incident #{found[1]}"
        return entry


def short(digest: str | None) -> str:
    """The beginning of a digest: the file has all of it."""
    return f"{digest[:_SHORT_DIGEST]}…" if digest else ""


def second(at: datetime | None) -> str:
    """An aware instant in UTC, to the second; the file has the exact one."""
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def length(seconds: int) -> str:
    """A length of time in its two largest units."""
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE
    units = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds % _MINUTE, "s")]
    first = next((at for at, (count, _) in enumerate(units) if count), len(units) - 1)
    said = [f"{count} {unit}" for count, unit in units[first : first + 2] if count]
    return " ".join(said) or "0 s"


def spell(duration: timedelta) -> str:
    """A length of time as `length` writes it."""
    return length(int(duration.total_seconds()))


def plain(token: str | None) -> str:
    """A name of a closed vocabulary as people write it."""
    return role_in_words(token or "")


def who(actor: Actor | None) -> str:
    """Who it was: role and pseudonym."""
    return "" if actor is None else whose(str(actor.role), actor.id)


def people(roles: tuple[str, ...]) -> str:
    """Roles in one text."""
    return ", ".join(map(role_in_words, roles))

"""How the response went: severities, escalations, messages, providers, plays, outages, checks."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

from holdfast.domain.actions import CheckResult
from holdfast.domain.events import EventKind
from holdfast.evidence.reviews.document import (
    Breach,
    CheckWaived,
    Escalated,
    Outage,
    PlayRun,
    SeverityStep,
    ToldMessage,
)
from holdfast.evidence.reviews.sources import Chain, payload_of, seconds_between

__all__ = [
    "breaches",
    "escalations",
    "outages",
    "plays",
    "severities",
    "told_messages",
    "waived_checks",
]

_PLAY = re.compile(r"/play-([0-9]+)(?:/|$)")
_STEPS = {
    EventKind.STEP_PERFORMED: "done",
    EventKind.STEP_SKIPPED: "skipped",
    EventKind.STEP_FAILED: "failed",
}


def severities(chain: Chain) -> tuple[SeverityStep, ...]:
    """The severities that people have assigned, in order."""
    return tuple(
        SeverityStep(
            severity=entry.event.payload["severity"],
            proposed=entry.event.payload["proposed"],
            overridden=entry.event.payload["overridden"],
            at=entry.occurred_at,
            entry=entry.id,
        )
        for entry in chain.of(EventKind.SEVERITY_ASSIGNED)
    )


def escalations(chain: Chain) -> tuple[Escalated, ...]:
    """The triggers that have fired, in order."""
    return tuple(
        Escalated(
            because=entry.event.payload["because"],
            roles=tuple(entry.event.payload["roles"]),
            at=entry.occurred_at,
            entry=entry.id,
        )
        for entry in chain.of(EventKind.ESCALATION_TRIGGERED)
    )


def told_messages(chain: Chain) -> tuple[ToldMessage, ...]:
    """The communications that have gone out, the first one first."""
    opened = {
        entry.event.payload["number"]: entry for entry in chain.of(EventKind.COMMUNICATION_OPENED)
    }
    aware = payload_of(chain.first(EventKind.INCIDENT_OPENED)).get("aware_at")
    found = []
    for entry in chain.of(EventKind.COMMUNICATION_PUBLISHED):
        payload, began = entry.event.payload, opened.get(entry.event.payload["number"])
        after = seconds_between(datetime.fromisoformat(aware), entry.occurred_at) if aware else None
        found.append(
            ToldMessage(
                number=payload["number"],
                purpose=payload["purpose"],
                audience=payload["audience"],
                opened_at=began.occurred_at if began else None,
                published_at=entry.occurred_at,
                after_seconds=after if after is None or after >= 0 else None,
                entries=((began.id,) if began else ()) + (entry.id,),
            )
        )
    return tuple(found)


def breaches(chain: Chain) -> tuple[Breach, ...]:
    """The times that providers did not keep, in order."""
    return tuple(
        Breach(
            contract=entry.event.payload["contract"],
            provider=entry.event.payload["provider"],
            clock=entry.event.payload["clock"],
            due_at=entry.event.payload["due_at"],
            entry=entry.id,
        )
        for entry in chain.of(EventKind.THIRD_PARTY_BREACHED)
    )


def plays(chain: Chain) -> tuple[PlayRun, ...]:
    """The playbooks that were run. A step that was repeated counts as it ended."""
    ended: dict[tuple[int, str], str] = {}
    entries: dict[int, list[str]] = {}
    for entry in chain.of(*_STEPS):
        if (found := _PLAY.search(entry.event.subject.id)) is None:
            continue
        ended[int(found[1]), entry.event.subject.id] = _STEPS[entry.event.kind]
        entries.setdefault(int(found[1]), []).append(entry.id)
    over = {each.event.payload["play"]: each for each in chain.of(EventKind.PLAYBOOK_FINISHED)}
    runs = []
    for entry in chain.of(EventKind.PLAYBOOK_STARTED):
        play = entry.event.payload["play"]
        counted = Counter(how for (number, _), how in ended.items() if number == play)
        last = (over[play].id,) if play in over else ()
        runs.append(
            PlayRun(
                play=play,
                title=entry.event.payload["title"],
                done=counted["done"],
                skipped=counted["skipped"],
                failed=counted["failed"],
                over=play in over,
                entries=(entry.id, *entries.get(play, ()), *last),
            )
        )
    return tuple(runs)


def outages(chain: Chain) -> tuple[Outage, ...]:
    """How long each service was down, as the last computation has it."""
    last = chain.last(EventKind.DOWNTIME_COMPUTED)
    if last is None:
        return ()
    return tuple(
        Outage(
            service=service,
            minutes=found["minutes"],
            partial_minutes=found.get("partial_minutes", 0),
            ended=found.get("until") is not None,
            entry=last.id,
        )
        for service, found in sorted(last.event.payload["services"].items())
    )


def waived_checks(chain: Chain) -> tuple[CheckWaived, ...]:
    """The recovery checks that were waived, by their latest results."""
    latest = {entry.event.payload["check"]: entry for entry in chain.of(EventKind.CHECK_RECORDED)}
    return tuple(
        CheckWaived(check=check, statement=entry.event.payload["statement"], entry=entry.id)
        for check, entry in latest.items()
        if entry.event.payload["result"] == CheckResult.WAIVED
    )

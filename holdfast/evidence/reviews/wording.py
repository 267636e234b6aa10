"""What a draft says in sentences, by member of the review; each names the entries behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from holdfast.domain.events import EventKind
from holdfast.domain.third_party.naming import escalation_of_request
from holdfast.evidence.oversight.words import length, people, plain, second
from holdfast.evidence.reviews.document import DraftedReview, MissedClock, MomentName, Statement
from holdfast.evidence.reviews.sources import Chain, payload_of, seconds_between

__all__ = ["statements_of"]

_ROOT_CAUSE = "root_cause"
_MOST_NAMED = 12
"""Deadlines that are named one by one."""

_NAMES = {
    MomentName.OCCURRED: "occurrence",
    MomentName.DETECTED: "detection",
    MomentName.CONFIRMED: "confirmation",
    MomentName.CLASSIFIED: "classification",
    MomentName.CONTAINED: "containment",
    MomentName.RECOVERED: "recovery",
    MomentName.CLOSED: "closure",
}

Statements = Iterator[Statement]


def statements_of(chain: Chain, draft: DraftedReview) -> dict[str, tuple[Statement, ...]]:
    """The sentences by member; a member of which the evidence says nothing is not there."""
    found = {name: tuple(say(chain, draft)) for name, say in _SAID.items()}
    return {name: sentences for name, sentences in found.items() if sentences}


def _ours(draft: DraftedReview) -> list[MissedClock]:
    """The deadlines of our own; what a provider did not keep is told of the provider."""
    return [clock for clock in draft.missed if escalation_of_request(clock.clock) is None]


def _more(clocks: Sequence[MissedClock]) -> Statements:
    if rest := clocks[_MOST_NAMED:]:
        entries = [entry for clock in rest for entry in clock.entries]
        yield _said(f"{len(rest)} more deadline(s) passed.", *entries)


def _said(text: str, *entries: str) -> Statement:
    return Statement(text=text, entries=tuple(dict.fromkeys(entries)))


def _summary(chain: Chain, draft: DraftedReview) -> Statements:
    opened = chain.first(EventKind.INCIDENT_OPENED)
    if opened is not None:
        services = ", ".join(opened.event.payload["services"]) or "no service named"
        yield _said(f"{opened.event.payload['title']} ({services}).", opened.id)
    if draft.severities:
        last = draft.severities[-1]
        yield _said(f"Its severity was {last.severity}.", last.entry)
    classified = chain.last(EventKind.CLASSIFICATION_DECIDED)
    if classified is not None:
        major = "major" if classified.event.payload["major"] else "not major"
        yield _said(f"It was classified as {major}.", classified.id)
    for span in draft.spans:
        if span.until is MomentName.RECOVERED:
            since = _NAMES[span.since]
            yield _said(f"From {since} to recovery it took {length(span.seconds)}.", *span.entries)
    for outage in draft.outages:
        still = "" if outage.ended else ", and has not ended"
        yield _said(f"{outage.service} was down for {outage.minutes} min{still}.", outage.entry)


def _promptness(_: Chain, draft: DraftedReview) -> Statements:
    for span in draft.spans:
        first, last = _NAMES[span.since], _NAMES[span.until]
        yield _said(f"From {first} to {last}: {length(span.seconds)}.", *span.entries)
    missed = _ours(draft)
    for clock in missed[:_MOST_NAMED]:
        after = f", met {second(clock.met_at)} UTC" if clock.met_at else ", not met"
        due = second(clock.due_at)
        yield _said(f"'{clock.title}' was due {due} UTC and missed{after}.", *clock.entries)
    yield from _more(missed)


def _severity(_: Chain, draft: DraftedReview) -> Statements:
    for step in draft.severities:
        how = f"overriding the proposal of {step.proposed}" if step.overridden else "as proposed"
        yield _said(f"{step.severity} was assigned {second(step.at)} UTC, {how}.", step.entry)


def _forensics(chain: Chain, draft: DraftedReview) -> Statements:
    secured = chain.of(EventKind.ATTACHMENT_COLLECTED)
    if not secured:
        return
    detected = next((each for each in draft.moments if each.name is MomentName.DETECTED), None)
    after = seconds_between(detected.at, secured[0].occurred_at) if detected else -1
    first = f", the first of them {length(after)} after detection" if after >= 0 else ""
    named = [each.id for each in secured] + ([detected.entry] if detected else [])
    yield _said(f"{len(secured)} file(s) were secured as evidence{first}.", *named)


def _escalation(_: Chain, draft: DraftedReview) -> Statements:
    for each in draft.escalations:
        roles = people(each.roles)
        yield _said(f"Escalated to {roles} {second(each.at)} UTC: {each.because}", each.entry)
    reached = [clock for clock in _ours(draft) if clock.roles]
    for clock in reached[:_MOST_NAMED]:
        roles = people(clock.roles)
        yield _said(f"'{clock.title}' was overdue and went to {roles}.", *clock.entries)
    yield from _more(reached)


def _communication(_: Chain, draft: DraftedReview) -> Statements:
    if not draft.communications:
        return
    first: dict[str, int] = {}
    for number, told in enumerate(draft.communications):
        first.setdefault(told.audience, number)
    counted = Counter(told.audience for told in draft.communications)
    for audience, number in first.items():
        told = draft.communications[number]
        after = "" if told.after_seconds is None else f", {length(told.after_seconds)} after"
        aware = " we became aware" if after else ""
        behind = [
            e for each in draft.communications if each.audience == audience for e in each.entries
        ]
        yield _said(
            f"{counted[audience]} message(s) to {plain(audience)}, the first "
            f"{second(told.published_at)} UTC{after}{aware}.",
            *behind,
        )


def _root_cause(chain: Chain, _: DraftedReview) -> Statements:
    stated = [
        (change["value"], entry.id)
        for entry in chain.of(EventKind.INCIDENT_OPENED, EventKind.FACTS_CHANGED)
        for change in (*entry.event.payload.get("facts", ()), *payload_of(entry).get("changes", ()))
        if change["fact"] == _ROOT_CAUSE
    ]
    if stated and stated[-1][0]:
        yield _said(str(stated[-1][0]), stated[-1][1])


def _factors(_: Chain, draft: DraftedReview) -> Statements:
    behind: dict[str, list[str]] = {}
    for each in draft.breaches:
        behind.setdefault(each.provider, []).append(each.entry)
    for provider, entries in behind.items():
        yield _said(f"{provider} did not keep {len(entries)} of the times agreed", *entries)


def _went_well(_: Chain, draft: DraftedReview) -> Statements:
    kept = [each for each in draft.decisions if not each.late]
    if kept:
        entries = [entry for each in kept for entry in each.entries[:2]]
        yield _said(
            f"{len(kept)} of {len(draft.decisions)} decisions were taken in time.", *entries
        )
    for play in draft.plays:
        if play.over and not play.failed:
            yield _said(f"'{play.title}' was run without a failure.", *play.entries)


def _to_improve(_: Chain, draft: DraftedReview) -> Statements:
    for each in draft.decisions:
        if each.exception_code is not None:
            how = f", and that was {each.ratified}" if each.ratified else ""
            code = each.exception_code
            yield _said(f"'{each.question}' was bypassed under {code}{how}.", *each.entries)
    for waived in draft.waived:
        yield _said(f"Check '{waived.check}' was waived: {waived.statement}", waived.entry)
    for play in draft.plays:
        if play.failed:
            yield _said(f"{play.failed} step(s) of '{play.title}' failed.", *play.entries)
    late = [each for each in draft.decisions if each.late]
    if late:
        entries = [entry for each in late for entry in each.entries[:2]]
        yield _said(f"{len(late)} of {len(draft.decisions)} decisions were late.", *entries)


_SAID: dict[str, Callable[[Chain, DraftedReview], Statements]] = {
    "summary": _summary,
    "root_cause": _root_cause,
    "contributing_factors": _factors,
    "went_well": _went_well,
    "to_improve": _to_improve,
    "promptness": _promptness,
    "severity_determination": _severity,
    "forensics": _forensics,
    "escalation": _escalation,
    "communication": _communication,
}
"""Who says what to which member of the review."""

"""What the escalations to third parties have found, read from the entries of their incident."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from holdfast.domain.actions import ActionState
from holdfast.domain.events import EventKind
from holdfast.domain.reporting.filling.sources import ToldEntry, place_of, workflow_of
from holdfast.domain.third_party.kinds import Said
from holdfast.domain.third_party.naming import escalation_id, escalation_workflow_id
from holdfast.domain.third_party.opening import TakenTerms
from holdfast.domain.values import JsonObject, canonical_json
from holdfast.dora.third_party_fields import third_party_fields
from holdfast.dora.third_party_findings import (
    NamedParty,
    ReportField,
    StatedChainOrigin,
    SupportedFunction,
    TemporaryAction,
    ThirdPartyFindings,
)

__all__ = ["third_party_findings", "third_party_report_fields"]


def third_party_report_fields(
    incident: str, entries: Iterable[ToldEntry]
) -> tuple[ReportField, ...]:
    """What the third parties of an incident say to the fields of its reports."""
    told = sorted(entries, key=place_of)
    return third_party_fields(third_party_findings(incident, told), _aware_at(told))


def third_party_findings(
    incident: str, entries: Iterable[ToldEntry]
) -> tuple[ThirdPartyFindings, ...]:
    """What each escalation has found, the first one first."""
    told = sorted(entries, key=place_of)
    numbers = {
        int(entry.event.payload["number"])
        for entry in told
        if entry.event.kind.startswith("third_party.")
    }
    found = (_findings(_Escalation(incident, told, number)) for number in sorted(numbers))
    return tuple(each for each in found if each is not None)


class _Escalation:
    """The entries of one escalation among those of its incident, in order."""

    def __init__(self, incident: str, entries: Sequence[ToldEntry], number: int) -> None:
        self.id = escalation_id(incident, number)
        self.number = number
        self.entries = entries
        workflow = escalation_workflow_id(incident, number)
        # Its workflow wrote it, or the incident in its place.
        self.own = [
            entry
            for entry in entries
            if workflow_of(entry) == workflow
            or (entry.event.subject.type == "third_party" and entry.event.subject.id == self.id)
        ]

    def own_of(self, kind: EventKind) -> list[ToldEntry]:
        return [entry for entry in self.own if entry.event.kind is kind]

    def named(self, member: str) -> str | None:
        """What the payloads of the escalation begin with."""
        payloads = (entry.event.payload for entry in self.own)
        return next((payload[member] for payload in payloads if member in payload), None)

    @property
    def opened(self) -> ToldEntry | None:
        return next(
            (
                entry
                for entry in self.entries
                if entry.event.kind is EventKind.THIRD_PARTY_OPENED
                and entry.event.payload["number"] == self.number
            ),
            None,
        )


def _findings(told: _Escalation) -> ThirdPartyFindings | None:
    """None where not even the opening, the provider and the contract are known."""
    opened, contract = told.opened, told.named("contract")
    terms = next(iter(told.own_of(EventKind.THIRD_PARTY_TERMS_READ)), None)
    taken = _taken(terms.event.payload) if terms else None
    provider = _provider(told, taken)
    if opened is None or provider is None or contract is None:
        return None
    restored = _restored(told)
    return ThirdPartyFindings(
        escalation=told.id,
        contract=contract,
        provider=provider,
        opened=opened.id,
        notified_at=_moment(opened.event.payload["notified_at"]),
        terms=terms.id if terms else None,
        services=taken.services if taken else (),
        functions=tuple(
            SupportedFunction(id=each.id, name=each.name, entity_name=each.entity_name)
            for each in (taken.functions if taken else ())
            if each.critical_or_important
        ),
        origin=_origin(told),
        withdrawn=bool(told.own_of(EventKind.THIRD_PARTY_WITHDRAWN)),
        restored_at=_moment(restored.event.payload["claimed_at"]) if restored else None,
        restored=restored.id if restored else None,
        temporary=(*_failovers(told), *_workarounds(told, provider)),
        weaknesses=_weaknesses(told),
    )


def _taken(payload: JsonObject) -> TakenTerms | None:
    taken = payload["taken"]
    return TakenTerms.model_validate_json(canonical_json(taken)) if taken else None


def _provider(told: _Escalation, taken: TakenTerms | None) -> NamedParty | None:
    if taken is not None:
        return NamedParty(
            name=taken.provider_name or taken.provider,
            code_type=taken.provider_code_type,
            code=taken.provider_code,
        )
    named = told.named("provider")
    return NamedParty(name=named) if named else None


def _origin(told: _Escalation) -> StatedChainOrigin | None:
    """What was stated last counts."""
    stated = told.own_of(EventKind.ORIGIN_STATED)
    if not stated:
        return None
    payload = stated[-1].event.payload
    party = NamedParty(name=payload["name"], code_type=payload["code_type"], code=payload["code"])
    return StatedChainOrigin(rank=payload["rank"], party=party, entry=stated[-1].id)


def _restored(told: _Escalation) -> ToldEntry | None:
    """What broke again is not restored until it is confirmed once more."""
    rounds = max((entry.event.payload.get("round") or 0 for entry in told.own), default=0)
    last = next(reversed(told.own_of(EventKind.THIRD_PARTY_RESTORED)), None)
    return last if last is not None and last.event.payload["round"] >= rounds else None


def _failovers(told: _Escalation) -> Iterator[TemporaryAction]:
    """What breaches have proposed in the provider's place, as far as it came."""
    breached = {entry.id for entry in told.own_of(EventKind.THIRD_PARTY_BREACHED)}
    acts = [entry for entry in told.entries if entry.event.kind.startswith("action.")]
    proposed = dict.fromkeys(
        entry.event.subject.id
        for entry in acts
        if entry.event.kind is EventKind.ACTION_PROPOSED and breached & set(entry.event.causes)
    )
    for action in proposed:
        first, *later = [entry for entry in acts if entry.event.subject.id == action]
        what = f"failover: {first.event.payload['action']}"
        performed = next(
            (e for e in reversed(later) if e.event.kind is EventKind.ACTION_PERFORMED), None
        )
        state = (later or [first])[-1].event.payload["state"]
        if performed is not None:
            result = performed.event.payload["result"]
            what += f" ({result})" if result else ""
            yield TemporaryAction(what=what, at=performed.occurred_at, entry=performed.id)
        elif state == ActionState.APPROVED:
            yield TemporaryAction(what=what, at=None, entry=first.id)


def _workarounds(told: _Escalation, provider: NamedParty) -> Iterator[TemporaryAction]:
    for entry in told.own_of(EventKind.THIRD_PARTY_STATED):
        payload = entry.event.payload
        if payload["said"] == Said.WORKAROUND:
            what = f"workaround of {provider.name}"
            what += f": {payload['text']}" if payload["text"] else ""
            yield TemporaryAction(what=what, at=_moment(payload["said_at"]), entry=entry.id)


def _weaknesses(told: _Escalation) -> tuple[str, ...]:
    """The entries of what was found weak; of the review only its last version counts."""
    found = [entry.id for entry in told.own_of(EventKind.WEAKNESS_FOUND)]
    reviewed = told.own_of(EventKind.THIRD_PARTY_REVIEWED)
    if reviewed and reviewed[-1].event.payload["review"]["weaknesses"]:
        found.append(reviewed[-1].id)
    return tuple(found)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _aware_at(entries: Iterable[ToldEntry]) -> datetime | None:
    """When the entity became aware of the incident, as it was opened."""
    for entry in entries:
        if entry.event.kind is EventKind.INCIDENT_OPENED:
            return datetime.fromisoformat(entry.event.payload["aware_at"])
    return None

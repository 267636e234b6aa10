"""The report fields that an incident's oversight files fill, from what each has found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from holdfast.domain.actions import ActionState
from holdfast.domain.events import EventKind
from holdfast.domain.third_party.kinds import Said
from holdfast.dora.third_party_fields import third_party_fields
from holdfast.dora.third_party_findings import (
    NamedParty,
    ReportField,
    StatedChainOrigin,
    SupportedFunction,
    TemporaryAction,
    ThirdPartyFindings,
)
from holdfast.evidence.entry import Entry
from holdfast.evidence.oversight.building import oversight_file
from holdfast.evidence.oversight.chain import escalations_in
from holdfast.evidence.oversight.document import OversightFile

__all__ = ["findings_of", "report_fields"]


def report_fields(entries: Iterable[Entry]) -> tuple[ReportField, ...]:
    """Fill the fields from the entries of one incident."""
    told = tuple(entries)
    files = [oversight_file(told, number) for number in escalations_in(told)]
    found = [each for file in files if (each := findings_of(file)) is not None]
    return third_party_fields(found, _aware_at(told))


def findings_of(file: OversightFile) -> ThirdPartyFindings | None:
    """What a file has found; None where not even its opening and its provider are known."""
    invoked, provider = file.invoked, file.provider
    if invoked is None or provider is None or file.contract is None:
        return None
    restored = file.restorations[-1] if file.restorations else None
    # What broke again is not restored until it is confirmed once more.
    if restored is not None and restored.round < file.rounds:
        restored = None
    return ThirdPartyFindings(
        escalation=file.escalation,
        contract=file.contract,
        provider=NamedParty(
            name=provider.name or provider.id, code_type=provider.code_type, code=provider.code
        ),
        opened=invoked.entry,
        notified_at=invoked.notified_at,
        terms=file.hold.entry if file.hold else None,
        services=file.services,
        functions=tuple(
            SupportedFunction(id=each.id, name=each.name, entity_name=each.entity_name)
            for each in file.functions
            if each.critical_or_important
        ),
        origin=_origin(file),
        withdrawn=file.withdrawal is not None,
        restored_at=restored.restored_at if restored else None,
        restored=restored.entry if restored else None,
        temporary=(*_failovers(file), *_workarounds(file)),
        weaknesses=_weaknesses(file),
    )


def _origin(file: OversightFile) -> StatedChainOrigin | None:
    """What was stated last counts."""
    if not file.origins:
        return None
    last = file.origins[-1]
    party = NamedParty(name=last.name, code_type=last.code_type, code=last.code)
    return StatedChainOrigin(rank=last.rank, party=party, entry=last.entry)


def _failovers(file: OversightFile) -> Iterator[TemporaryAction]:
    for each in file.failovers:
        if each.performed is not None:
            result = f" ({each.result})" if each.result else ""
            what = f"failover: {each.what}{result}"
            yield TemporaryAction(what=what, at=each.performed.at, entry=each.performed.entry)
        elif each.state is ActionState.APPROVED:
            what = f"failover: {each.what}"
            yield TemporaryAction(what=what, at=None, entry=each.proposed.entry)


def _workarounds(file: OversightFile) -> Iterator[TemporaryAction]:
    party = file.provider
    named = (party.name or party.id) if party else "the provider"
    for each in file.statements:
        if each.said is Said.WORKAROUND:
            what = f"workaround of {named}" + (f": {each.text}" if each.text else "")
            yield TemporaryAction(what=what, at=each.said_at, entry=each.entry)


def _weaknesses(file: OversightFile) -> tuple[str, ...]:
    """The entries of what was found weak; of the review only its last version counts."""
    found = [each.entry for each in file.weaknesses]
    if file.reviews and file.reviews[-1].review.weaknesses:
        found.append(file.reviews[-1].entry)
    return tuple(found)


def _aware_at(entries: Iterable[Entry]) -> datetime | None:
    """When the entity became aware of the incident, as it was opened."""
    for entry in entries:
        if entry.event.kind is EventKind.INCIDENT_OPENED:
            return datetime.fromisoformat(entry.event.payload["aware_at"])
    return None

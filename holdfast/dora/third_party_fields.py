"""What an incident's third parties say to the report fields of Implementing Regulation 2025/302.

Each field comes with the entries behind it, and says whether it is only a suggestion: then people
decide whether it is so. A field to which the third parties say nothing is None, never "no".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from holdfast.dora.third_party_findings import NamedParty, ReportField, ThirdPartyFindings

__all__ = ["third_party_fields"]

_DISCOVERED = "third-party_provider"
_EXTERNAL, _THIRD_PARTY = "external_event", "external_event_third-party_failures"
_PROCESS = "process_failure"
_CONTROL = "process_failure_insufficient_monitoring_or_failure_of_monitoring_and_control"
_MONITORING = "monitoring_of_third-party_service_providers"

_NAMES = {
    "2.7": "How the incident was discovered",
    "2.8": "Origin in a third-party provider or another financial entity",
    "3.3": "When services or activities were recovered",
    "3.22": "Critical services affected",
    "3.28": "Infrastructure components affected",
    "3.29": "Description of the affected infrastructure components",
    "3.33": "Temporary actions taken or planned",
    "3.34": "Description of the temporary actions",
    "4.1": "High-level root cause",
    "4.2": "Detailed root cause",
    "4.3": "Additional root cause",
}


def third_party_fields(
    findings: Sequence[ThirdPartyFindings], aware_at: datetime | None
) -> tuple[ReportField, ...]:
    """Fill what the third parties fill, in the order of the fields; `aware_at` is field 2.2."""
    weak = [each for each in findings if each.weaknesses]
    filled = (
        _discovered(findings, aware_at),
        _origin(findings),
        _recovered(findings),
        _critical_services(findings),
        *_components(findings),
        *_temporary(findings),
        *_root_causes(_origins(findings), weak),
    )
    by_number = {each.field: each for each in filled if each is not None}
    return tuple(
        by_number.get(number, ReportField(field=number, name=_NAMES[number])) for number in _NAMES
    )


def _field(
    number: str,
    value: bool | str | tuple[str, ...],  # noqa: FBT001 - one of the kinds of values
    because: str,
    entries: Iterable[str | None],
    findings: Sequence[ThirdPartyFindings],
    *,
    suggestion: bool,
) -> ReportField:
    return ReportField(
        field=number,
        name=_NAMES[number],
        value=value,
        suggestion=suggestion,
        because=because,
        entries=tuple(dict.fromkeys(entry for entry in entries if entry)),
        escalations=len(findings),
    )


def _discovered(
    findings: Sequence[ThirdPartyFindings], aware_at: datetime | None
) -> ReportField | None:
    """2.7: only who told us before we knew of it ourselves has discovered it for us."""
    told = [
        each
        for each in findings
        if each.notified_at is not None and (aware_at is None or each.notified_at <= aware_at)
    ]
    if not told:
        return None
    names = ", ".join(each.provider.name for each in told)
    because = f"{names} told us by the time at which we became aware"
    entries = [each.opened for each in told]
    return _field("2.7", _DISCOVERED, because, entries, told, suggestion=aware_at is None)


def _origins(findings: Sequence[ThirdPartyFindings]) -> list[ThirdPartyFindings]:
    """Those in whose chain it began: as stated; else who told us; else all that are asked."""
    stated = [each for each in findings if each.origin is not None]
    told = [each for each in findings if each.notified_at is not None]
    return stated or told or [each for each in findings if not each.withdrawn]


def _origin(findings: Sequence[ThirdPartyFindings]) -> ReportField | None:
    """2.8: `legal name;code;LEI or EUID;additional information`, a line for each origin."""
    found = _origins(findings)
    if not found:
        return None
    stated = found[0].origin is not None
    because = "as was stated" if stated else "the provider is escalated to; nobody stated an origin"
    lines = dict.fromkeys(map(_origin_line, found))
    entries = [each.origin.entry if each.origin else each.opened for each in found]
    return _field("2.8", "\n".join(lines), because, entries, found, suggestion=not stated)


def _origin_line(findings: ThirdPartyFindings) -> str:
    provider, origin = findings.provider, findings.origin
    if origin is None or origin.rank == 1:
        party = origin.party if origin and origin.party.code else provider
        return _laid_out(party, f"direct provider, contract {findings.contract}")
    code = f" ({provider.code_type} {provider.code})" if provider.code else ""
    more = (
        f"subcontractor of rank {origin.rank}, direct provider {provider.name}{code},"
        f" contract {findings.contract}"
    )
    return _laid_out(origin.party, more)


def _laid_out(party: NamedParty, more: str) -> str:
    parts = (party.name, party.code or "", party.code_type or "", more)
    # The semicolon parts the layout: a name must not bring in one more part.
    return ";".join(part.replace(";", ",") for part in parts)


def _recovered(findings: Sequence[ThirdPartyFindings]) -> ReportField | None:
    """3.3: when the last provider had restored, once people have confirmed each of them."""
    asked = [each for each in findings if not each.withdrawn]
    times = [each.restored_at for each in asked if each.restored_at is not None]
    if not asked or len(times) < len(asked):
        return None
    last = max(times)
    sooner = [act for each in asked for act in each.temporary if act.at and act.at < last]
    because = "every provider has restored its service, and people have confirmed it"
    if sooner:
        because += "; what took its place before may have recovered ours sooner"
    entries = [each.restored for each in asked] + [act.entry for act in sooner]
    return _field("3.3", _utc(last), because, entries, asked, suggestion=bool(sooner))


def _critical_services(findings: Sequence[ThirdPartyFindings]) -> ReportField | None:
    """3.22: the critical or important functions that the contracts support."""
    asked = [each for each in findings if each.functions]
    functions = dict.fromkeys(
        f"{function.name} of {function.entity_name} ({function.id})"
        for each in asked
        for function in each.functions
    )
    if not functions:
        return None
    because = "the contracts support these critical or important functions"
    entries = [each.terms for each in asked]
    return _field("3.22", "\n".join(functions), because, entries, asked, suggestion=True)


def _components(findings: Sequence[ThirdPartyFindings]) -> tuple[ReportField | None, ...]:
    """3.28 and 3.29: what of the infrastructure is outsourced, to whom."""
    asked = [each for each in findings if each.services and not each.withdrawn]
    if not asked:
        return ()
    because = "a provider that operates these services is escalated to"
    entries = [each.terms for each in asked]
    text = "\n".join(map(_component, asked))
    return (
        _field("3.28", "yes", because, entries, asked, suggestion=True),
        _field("3.29", text, because, entries, asked, suggestion=True),
    )


def _component(findings: ThirdPartyFindings) -> str:
    provider = findings.provider
    code = f" ({provider.code_type} {provider.code})" if provider.code else ""
    shared = ", ".join(function.name for function in findings.functions)
    text = (
        f"{', '.join(findings.services)}: outsourced to {provider.name}{code},"
        f" contract {findings.contract}"
    )
    return f"{text}; supports {shared}" if shared else text


def _temporary(findings: Sequence[ThirdPartyFindings]) -> tuple[ReportField | None, ...]:
    """3.33 and 3.34: failovers and workarounds, done or planned."""
    found = [each for each in findings if each.temporary]
    acts = [act for each in found for act in each.temporary]
    if not acts:
        return ()
    done = sorted((act.at, act.entry, act.what) for act in acts if act.at is not None)
    planned = [act for act in acts if act.at is None]
    lines = [f"{_utc(at)}: {what}" for at, _, what in done]
    lines += [f"planned: {act.what}" for act in planned]
    entries = [*(entry for _, entry, _ in done), *(act.entry for act in planned)]
    because = "what was done or planned in the place of the service"
    return (
        _field("3.33", True, because, entries, found, suggestion=False),  # noqa: FBT003 - the value
        _field("3.34", "\n".join(lines), because, entries, found, suggestion=False),
    )


def _root_causes(
    origins: Sequence[ThirdPartyFindings], weak: Sequence[ThirdPartyFindings]
) -> tuple[ReportField | None, ...]:
    """4.1, 4.2 and 4.3: suggestions; what is chosen at 4.3 has its parents at 4.2 and 4.1."""
    began = [each.origin.entry if each.origin else each.opened for each in origins]
    found = [entry for each in weak for entry in each.weaknesses]
    high = (*((_EXTERNAL,) if origins else ()), *((_PROCESS,) if weak else ()))
    detailed = (*((_THIRD_PARTY,) if origins else ()), *((_CONTROL,) if weak else ()))
    if not high:
        return ()
    both = {each.escalation: each for each in (*origins, *weak)}
    because = "; ".join(
        [
            *(["it began at a third party, or that is likely"] if origins else []),
            *(["oversight of a provider has found weaknesses"] if weak else []),
        ]
    )
    asked, entries = tuple(both.values()), [*began, *found]
    return (
        _field("4.1", high, because, entries, asked, suggestion=True),
        _field("4.2", detailed, because, entries, asked, suggestion=True),
        _field("4.3", (_MONITORING,), because, found, weak, suggestion=True) if weak else None,
    )


def _utc(at: datetime) -> str:
    """An instant as the reports have it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

"""Versions of reports: filled by an activity, ahead of time or because one is put forward."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind, Subject
from holdfast.domain.reporting.judging import FilledReport, FillRequest
from holdfast.domain.reporting.kinds import ReportKind, VersionState
from holdfast.domain.reporting.naming import report_id
from holdfast.domain.reporting.signing_off import ask, sign_off_of
from holdfast.domain.reporting.state import ReportVersion, Wanted
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.values import JsonObject

__all__ = ["fill_request", "filled"]


def fill_request(work: ReportingWork, wanted: Wanted, now: datetime) -> FillRequest:
    """What is to be filled."""
    opening = work.state.opening
    return FillRequest(
        incident=opening.incident,
        number=opening.number,
        opened=opening.opened,
        entity=opening.entity,
        kind=wanted.kind,
        covers=wanted.covers,
        version=len(work.state.versions) + 1,
        at=now,
        reporting_policy=opening.pin,
        register_of_information=opening.register_of_information,
    )


def filled(work: ReportingWork, wanted: Wanted, result: FilledReport, now: datetime) -> None:
    """Keep the version; whoever was asked about an earlier one of it is asked no more."""
    state = work.state
    state.to_fill.remove(wanted)
    asked = wanted.put_forward and result.content is not None
    if not asked and _is_no_news(work, wanted, result):
        return
    number = len(state.versions) + 1
    authors = tuple(sorted({*result.by, *([wanted.by] if wanted.by else [])}))
    sign_off = sign_off_of(work, wanted.kind, wanted.covers) if asked else None
    content: JsonObject = {
        "version": number,
        "kind": str(wanted.kind),
        "covers": [str(stage) for stage in wanted.covers],
        "content": result.content,
        "fields": result.fields,
        "gaps": [gap.model_dump(mode="json") for gap in result.gaps],
        "authors": list(authors),
        "as_of": result.as_of,
        "ahead": not wanted.put_forward,
        "corrects": state.last_submitted(wanted.kind),
        "because": result.because,
        "put_forward": wanted.cause if wanted.put_forward else None,
        "sign_off": sign_off,
    }
    called = report_id(state.opening.incident, state.number, number)
    about = Subject(type="report", id=called, digest=result.content)
    drafted = work.note(EventKind.REPORT_DRAFTED, content, subject=about, causes=(wanted.cause,))
    version = ReportVersion(
        number=number,
        kind=wanted.kind,
        covers=wanted.covers,
        state=VersionState.DRAFTED if result.content else VersionState.RETURNED,
        drafted=drafted,
        content=result.content,
        fields=result.fields,
        gaps=tuple(dict.fromkeys(gap.field for gap in result.gaps)),
        authors=authors,
        sign_off=sign_off,
    )
    _supersede(work, wanted.kind, drafted)
    state.keep(version)
    if asked:
        ask(work, version, {**work.head, **content}, drafted, now)


def _is_no_news(work: ReportingWork, wanted: Wanted, result: FilledReport) -> bool:
    """Whether the latest version of that kind says the same, or people are asked about one."""
    same = [version for version in work.state.versions if version.kind is wanted.kind]
    if not same or result.content is None:
        return False
    return same[-1].state.asked or same[-1].fields == result.fields


def _supersede(work: ReportingWork, kind: ReportKind, cause: str) -> None:
    state = work.state
    for version in list(state.versions):
        if version.kind is not kind or version.state.asked is False:
            continue
        for request in work.desk.open_requests():
            if request.subject.digest == version.content:
                work.desk.void(request, "a newer version takes its place", causes=(cause,))
        state.keep(version.model_copy(update={"state": VersionState.SUPERSEDED}))

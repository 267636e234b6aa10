"""What the workflow of a reporting would refuse, as far as what stands can tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import RowMapping

from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reporting.asking import (
    ExplainDelay,
    PutForward,
    RecordOtherMeans,
    RecordReceipt,
    SubmitAgain,
    SupplyField,
)
from holdfast.domain.reporting.kinds import ReportKind, VersionState
from holdfast.domain.values import rfc3339
from holdfast.dora.report_stages import ReportStage
from holdfast.store.reporting.reading import StoredReporting

__all__ = ["ReportingBody", "refusal_of"]

ReportingBody = (
    SupplyField | PutForward | ExplainDelay | SubmitAgain | RecordOtherMeans | RecordReceipt
)

_ORDER = tuple(ReportStage)
_LEAVES = frozenset({VersionState.APPROVED, VersionState.SUBMITTED})


def refusal_of(
    stored: StoredReporting,
    supplied: Mapping[str, RowMapping],
    body: ReportingBody,
    now: datetime,
) -> Refusal | None:
    """Say what the workflow would refuse; `supplied` is what people have supplied, by field."""
    if stored.row["outcome"] is not None:
        detail = f"{stored.row['reporting_id']} has ended as {stored.row['outcome']}"
        return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    if isinstance(body, SupplyField):
        before = supplied.get(body.field)
        if body.value is None and (before is None or before["value"] is None):
            detail = f"nothing was supplied for field {body.field}"
            return Refusal(RefusalReason.NOTHING_CHANGED, detail)
        return None
    if isinstance(body, PutForward):
        return _of_forwarding(stored, body)
    if isinstance(body, ExplainDelay):
        return _of_delay(stored, body, now)
    return _of_version(stored, body)


def _of_forwarding(stored: StoredReporting, body: PutForward) -> Refusal | None:
    stage = body.kind.stage
    if body.kind is ReportKind.DELAY_NOTICE:
        detail = "a delay notice follows from saying why a limit will not be met"
        return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    for version in stored.versions:
        if version["kind"] == body.kind and version["state"] == VersionState.APPROVED:
            detail = f"version {version['version']} is approved and on its way"
            return Refusal(RefusalReason.WRONG_STAGE, detail)
    # Whether the incident was reclassified, its workflow knows.
    return None if stage is None else _of_order(stored, body, stage)


def _of_order(stored: StoredReporting, body: PutForward, stage: ReportStage) -> Refusal | None:
    """Refuse a report before the one that it follows, and what may not go together."""
    submitted = {each for each in _ORDER if _is_submitted(stored, each)}
    for earlier in _ORDER[: _ORDER.index(stage)]:
        if earlier not in submitted and earlier not in body.covers:
            detail = f"the {earlier} report was not submitted yet, and is not put forward with it"
            return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    for each in body.also:
        if _ORDER.index(each) >= _ORDER.index(stage):
            return _apart(f"{each} does not come before {stage}")
        if each in submitted:
            return _apart(f"the {each} report was submitted already")
    return None


def _apart(detail: str) -> Refusal:
    return Refusal(RefusalReason.NOT_COMBINABLE, detail)


def _is_submitted(stored: StoredReporting, stage: ReportStage) -> bool:
    return any(
        each["submitted_at"] is not None
        for each in stored.versions
        if stage in each["covers"] and ReportKind(each["kind"]).stage
    )


def _of_delay(stored: StoredReporting, body: ExplainDelay, now: datetime) -> Refusal | None:
    if stored.deadline(body.stage)["clock"] not in {"running", "missed"}:
        detail = f"no limit of the {body.stage} report is running"
        return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    if body.expected_at <= now:
        return Refusal(RefusalReason.DUE_IN_THE_PAST, f"{rfc3339(body.expected_at)} has passed")
    return None


def _of_version(
    stored: StoredReporting, body: SubmitAgain | RecordOtherMeans | RecordReceipt
) -> Refusal | None:
    version = stored.version(body.version)
    if version is None:
        return Refusal(RefusalReason.UNKNOWN_REPORT, f"there is no version {body.version}")
    if isinstance(body, RecordReceipt):
        if version["submitted_at"] is None:
            detail = f"no version {body.version} was submitted"
            return Refusal(RefusalReason.UNKNOWN_REPORT, detail)
    elif version["state"] not in _LEAVES:
        detail = f"version {body.version} is {version['state']}: only what is approved leaves"
        return Refusal(RefusalReason.WRONG_STAGE, detail)
    return None

"""The oracle of every test that writes evidence: after whatever happened, the log is sound."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.evidence.check_report import CheckReport
from holdfast.evidence.log.note import VerifierKey
from holdfast.store.log.fsck import check_log

__all__ = ["assert_log_is_sound", "told"]


async def assert_log_is_sound(
    engine: AsyncEngine,
    known: Sequence[VerifierKey] = (),
    *,
    but_for: Collection[str] = (),
) -> CheckReport:
    """Check everything in a database; `but_for` names what a test has broken on purpose.

    By record (`writer#0`), or as findings say what they are about (`chain INC-…`).
    """
    report = await check_log(engine, known)
    unexpected = [
        finding
        for finding in report.findings
        if finding.record not in but_for and finding.about not in but_for
    ]
    assert not unexpected, "\n".join(finding.words for finding in unexpected)
    return report


def told(report: CheckReport) -> set[tuple[str, str]]:
    """What a check has found: code, and what it is about."""
    return {(str(finding.code), finding.about) for finding in report.findings}

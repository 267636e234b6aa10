"""What the door says of attempts to hand a report over, while the way of its authority is down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from api.reporting.telling import version_of
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.naming import report_id
from holdfast.store.authorities.ledger import SentFile, SubmissionAttempt, SubmissionState
from tests.folded_reportings import stored_of
from tests.reporting_walk import ReportingWalk
from tests.statements import NOON

_FILE = SentFile(name="r.json", media_type="application/json", digest=f"sha256:{'a' * 64}", size=9)


def _attempt(subject: str, number: int) -> SubmissionAttempt:
    begun_at = NOON + timedelta(minutes=number)
    return SubmissionAttempt(
        key=f"{subject}/submission-1",
        number=number,
        chain=subject.partition("/")[0],
        subject=subject,
        kind="initial",
        authority="bafin",
        content=f"sha256:{'b' * 64}",
        sealed=f"sha256:{'c' * 64}",
        files=(_FILE,),
        diverted=False,
        state=SubmissionState.NOT_NOW,
        because=f"the authority answered {500 + number}",
        status=500 + number,
        begun_at=begun_at,
        ended_at=begun_at + timedelta(seconds=1),
    )


def test_the_latest_attempts_of_a_version_are_told_with_their_reasons() -> None:
    """Twenty of them, of this version only: a portal may be down for days."""
    reported = ReportingWalk().to_major()
    reported.put_forward(ReportKind.INITIAL)
    stored = stored_of(reported)
    mine = report_id(stored.row["incident_id"], stored.number, 1)
    attempts = [_attempt(mine, number) for number in range(1, 26)]
    stored = replace(stored, attempts=[*attempts, _attempt(f"{mine}0", 26)])
    told = version_of(stored.versions[0], stored).attempts

    assert [each.number for each in told] == list(range(6, 26))
    assert (told[-1].state, told[-1].because) == ("not_now", "the authority answered 525")
    assert (told[-1].status, told[-1].sent) == (525, _FILE.digest)

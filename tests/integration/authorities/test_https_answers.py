"""What an answer of an authority's interface means, and what no answer means."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from holdfast.channels import AnswerOutcome
from holdfast.channels.authorities.submission import MOST_ANSWER
from tests.authority_portal import (
    Portal,
    PortalFault,
    Said,
)
from tests.authority_ways import KEY, REPORT, sent, the_way, to_portal
from tests.certificates import Certificates

TAKEN, REFUSED = AnswerOutcome.TAKEN, AnswerOutcome.REFUSED
NOT_NOW, UNKNOWN = AnswerOutcome.NOT_NOW, AnswerOutcome.UNKNOWN


@pytest.mark.parametrize(
    ("fault", "outcome", "because"),
    [
        (Said(400), REFUSED, "the authority answered 400"),
        (Said(401), REFUSED, "the authority answered 401"),
        (Said(409), REFUSED, "the authority answered 409"),
        (Said(422), REFUSED, "the authority answered 422"),
        (
            Said(307, {"location": "/elsewhere"}),
            REFUSED,
            "the authority answered 307: redirects are not followed; correct `url`",
        ),
        (Said(408), NOT_NOW, "the authority answered 408"),
        (Said(425), NOT_NOW, "the authority answered 425"),
        (Said(429), NOT_NOW, "the authority answered 429"),
        (Said(500), NOT_NOW, "the authority answered 500"),
        (Said(503), NOT_NOW, "the authority answered 503"),
        (PortalFault.DIES, UNKNOWN, "the authority hung up without an answer"),
        (PortalFault.TAKES_AND_DIES, UNKNOWN, "the authority hung up without an answer"),
        (PortalFault.HANGS, UNKNOWN, "no answer came within 0.3 s"),
    ],
)
async def test_only_a_no_is_for_good(
    tmp_path: Path,
    certificates: Certificates,
    bafin: Portal,
    fault: PortalFault | Said,
    outcome: AnswerOutcome,
    because: str,
) -> None:
    """Everything else is sent again under the same key; it is sent once each, and goes nowhere."""
    bafin.fail_next(fault)
    seconds = 0.3 if fault is PortalFault.HANGS else 5
    configured = to_portal(bafin, certificates, timeout_seconds=seconds)
    way = the_way(tmp_path, configured)
    answer = await sent(way)

    assert (answer.outcome, answer.because) == (outcome, because)
    assert answer.reference is None
    assert [each.path for each in bafin.arrived] == ["/reports"]


async def test_a_repeat_of_what_was_taken_is_the_same_report_at_the_authority(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """Accepted, then dead: the repeat brings the receipt that was lost."""
    bafin.fail_next(PortalFault.TAKES_AND_DIES)
    way = the_way(tmp_path, to_portal(bafin, certificates))
    first, repeat = await sent(way), await sent(way, again=True)

    assert (first.outcome, repeat.outcome, repeat.reference) == (UNKNOWN, TAKEN, "P-1")
    assert bafin.taken == {KEY: REPORT}


async def test_a_conflict_of_a_repeat_is_no_refusal(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """The authority may still be at the first one."""
    bafin.fail_next(Said(409))
    answer = await sent(the_way(tmp_path, to_portal(bafin, certificates)), again=True)

    assert answer.outcome is NOT_NOW


@pytest.mark.parametrize(
    ("given", "least", "most"),
    [
        ("120", timedelta(seconds=120), timedelta(seconds=120)),
        ("999999999999", timedelta(minutes=30), timedelta(minutes=30)),
        ("Fri, 31 Dec 2199 23:59:59 GMT", timedelta(minutes=30), timedelta(minutes=30)),
        ("Fri, 31 Dec 1999 23:59:59 GMT", timedelta(0), timedelta(0)),
    ],
)
async def test_how_long_it_asks_to_be_left_alone_is_heard(
    tmp_path: Path,
    certificates: Certificates,
    bafin: Portal,
    given: str,
    least: timedelta,
    most: timedelta,
) -> None:
    """For half an hour at most: limits of the law run meanwhile."""
    bafin.fail_next(Said(503, {"retry-after": given}))
    answer = await sent(the_way(tmp_path, to_portal(bafin, certificates)))

    assert answer.retry_after is not None
    assert least <= answer.retry_after <= most


async def test_words_instead_of_a_time_are_no_time(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """Then the next attempt comes as it would have."""
    bafin.fail_next(Said(503, {"retry-after": "soon"}))
    answer = await sent(the_way(tmp_path, to_portal(bafin, certificates)))

    assert answer.retry_after is None


async def test_of_an_endless_answer_the_beginning_is_kept(
    tmp_path: Path, certificates: Certificates, bafin: Portal
) -> None:
    """It was taken all the same; a reference in what was cut off is not looked for."""
    bafin.answer = b'{"receipt": {"numbers": ["P-1"]}}' + b" " * (2 * MOST_ANSWER)
    answer = await sent(the_way(tmp_path, to_portal(bafin, certificates)))

    assert (answer.outcome, answer.cut, answer.reference) == (TAKEN, True, None)
    assert answer.said is not None
    assert len(answer.said) == MOST_ANSWER

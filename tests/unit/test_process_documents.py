"""Documents of the process by their rules: versions, days, who owes what, and what differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from holdfast.domain.process_documents.acknowledging import Holder, outstanding
from holdfast.domain.process_documents.differences import unified_difference
from holdfast.domain.process_documents.kinds import ConcernedRole, DocumentKind, VersionNumber
from holdfast.domain.process_documents.life import (
    DocumentVersion,
    Standing,
    acknowledge_by,
    in_force,
    is_later,
    lies_in_the_past,
    standing,
    version_before,
)
from holdfast.domain.roles import Role
from holdfast.evidence.document_difference import difference_page

DAY = date(2026, 3, 4)


def version(number: str, effective_on: date | None = None, **changes: object) -> DocumentVersion:
    """A version of a procedure; published where it takes effect on a day."""
    made = DocumentVersion(
        document="sop-isolation",
        version=number,
        kind=DocumentKind.SOP,
        title="Isolation <of> a gateway",
        digest=f"sha256:{'4f' * 32}",
        media_type="text/markdown",
        size=12,
        reason="The review.",
        caused_by=None,
        drafted_by={"id": "person-a", "role": "responder"},
        drafted_at=datetime(2026, 3, 1, tzinfo=UTC),
        draft_entry="d#0",
        effective_on=effective_on,
        concerns=("responder",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # each of its own type


@pytest.mark.parametrize(
    ("later", "than"), [("2", "1"), ("1.10", "1.9"), ("1.0.1", "1"), ("10", "9.9.9")]
)
def test_versions_are_counted_by_their_numbers(later: str, than: str) -> None:
    """Not by their letters, in which ten would come before nine."""
    assert is_later(later, than)
    assert not is_later(than, later)


def test_a_version_with_zeros_at_its_end_is_no_later_one() -> None:
    """Two files would be the same version to everybody who reads of them."""
    assert not is_later("4.0", "4")
    assert not is_later("4", "4.0.0")


@pytest.mark.parametrize("number", ["", "v1", "01", "1.", "1.2.3.4", "1-rc1", "\u0661"])
def test_what_cannot_be_counted_is_no_version(number: str) -> None:
    """It is refused at the door, before anything is compared."""
    with pytest.raises(ValidationError):
        TypeAdapter(VersionNumber).validate_python(number)


def test_a_later_version_supersedes_from_its_day_on() -> None:
    """Until then the earlier one is in force; what comes after is upcoming."""
    first, second = version("1", DAY), version("2", DAY + timedelta(days=10))
    both = [second, first]
    assert in_force(both, DAY - timedelta(days=1)) is None
    assert in_force(both, DAY) == first
    assert standing(second, both, DAY) is Standing.UPCOMING
    assert in_force(both, DAY + timedelta(days=10)) == second
    assert standing(first, both, DAY + timedelta(days=10)) is Standing.SUPERSEDED
    assert standing(second, both, DAY + timedelta(days=10)) is Standing.IN_FORCE


def test_an_older_version_that_would_take_effect_later_stays_superseded() -> None:
    """Nobody goes back to it by waiting."""
    older, newer = version("1", DAY + timedelta(days=5)), version("2", DAY)
    assert standing(older, [older, newer], DAY) is Standing.SUPERSEDED
    assert in_force([older, newer], DAY + timedelta(days=9)) == newer


def test_a_version_is_told_by_how_far_it_came() -> None:
    """Drafted, then approved; and compared with the one right before it."""
    drafted = version("3")
    approved = version("2", approved_at=datetime(2026, 3, 2, tzinfo=UTC))
    known = [drafted, version("1", DAY), approved]
    assert standing(drafted, known, DAY) is Standing.DRAFTED
    assert standing(approved, known, DAY) is Standing.APPROVED
    assert version_before(known, drafted) == approved
    assert version_before(known, known[1]) is None


def test_a_day_counts_until_it_is_over() -> None:
    """It ends at midnight UTC; the days to acknowledge begin with the publication."""
    assert not lies_in_the_past(DAY, DAY)
    assert lies_in_the_past(DAY - timedelta(days=1), DAY)
    assert acknowledge_by(DAY, 14) == date(2026, 3, 18)


def test_who_has_not_acknowledged_owes_it_once_for_each_role() -> None:
    """Roles that it does not concern owe nothing; who has read it owes nothing in any role."""
    holders = [
        Holder("responder", "person-b"),
        Holder("responder", "person-a"),
        Holder("compliance", "person-a"),
        Holder("auditor", "person-c"),
    ]
    known = version("1", DAY, concerns=("compliance", "responder"), acknowledge_by=DAY)
    owed = outstanding(known, holders, set(), DAY)
    assert [(each.role, each.person) for each in owed] == [
        ("compliance", "person-a"),
        ("responder", "person-a"),
        ("responder", "person-b"),
    ]
    assert not any(each.late for each in owed)
    (left,) = outstanding(known, holders, {"person-a"}, DAY + timedelta(days=1))
    assert (left.person, left.late) == ("person-b", True)


@pytest.mark.parametrize("role", [Role.ALERT_SOURCE, Role.SYSTEM, Role.VENDOR])
def test_a_document_concerns_people(role: Role) -> None:
    """Programs read nothing."""
    with pytest.raises(ValidationError, match="role of people"):
        TypeAdapter(ConcernedRole).validate_python(role)


def applied(before: list[str], lines: tuple[str, ...]) -> list[str]:
    """The text that a unified difference makes of another."""
    after, at = [], 0
    for line in lines[2:]:
        if line.startswith("@@"):
            start, _, length = line.split()[1].removeprefix("-").partition(",")
            begin = int(start) - (0 if length == "0" else 1)
            after += before[at:begin]
            at = begin
        elif line[0] == "+":
            after.append(line[1:])
        else:
            assert before[at] == line[1:]
            after += [line[1:]] if line[0] == " " else []
            at += 1
    return after + before[at:]


_LINES = st.lists(st.sampled_from(["", "a", "b", "- c", "+ d"]), max_size=30)


@given(_LINES, _LINES)
def test_a_difference_makes_the_one_text_of_the_other(before: list[str], after: list[str]) -> None:
    """Whatever they share; equal texts have none."""
    texts = "".join(f"{each}\n" for each in before), "".join(f"{each}\n" for each in after)
    lines = unified_difference(*texts, ("1", "2"))
    assert bool(lines) == (before != after)
    assert applied(before, lines) == after


def test_texts_that_share_too_little_are_told_as_replaced_at_once() -> None:
    """Comparing them line by line would hold a thread for minutes."""
    before = ["head", *(f"x{n}" for n in range(20_000)), "tail"]
    after = ["head", *(f"x{n}" for n in reversed(range(20_000))), "tail"]
    lines = unified_difference("\n".join(before), "\n".join(after), ("1", "2"))
    assert applied(before, lines) == after
    assert len(lines) == 3 + 2 * 20_000 + 2


def test_a_page_of_a_difference_runs_nothing_that_stands_in_a_text() -> None:
    """Markup of a document is shown, not obeyed."""
    lines = unified_difference("a\n", "<script>alert(1)</script>\n", ("1", "2"))
    page = difference_page(version("2"), version("1"), lines, ["added task a: <b>"])
    assert "<script" not in page
    assert '<span class="added">+&lt;script&gt;' in page
    assert "<li><bdi>added task a: &lt;b&gt;</bdi></li>" in page
    assert "Isolation &lt;of&gt; a gateway" in page

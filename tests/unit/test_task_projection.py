"""The table of remediation tasks, folded in memory from what the rules have written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.remediation.asking import LinkTask, Owner, ReassignTask, WriteOffTask
from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.domain.roles import Role
from holdfast.store.remediation.tables import task
from tests.folded import folded
from tests.remediation_walk import RemediationWalk, proposal
from tests.statements import COMMANDER, COMPLIANCE, ROBIN, SASHA


@pytest.fixture
def walk() -> RemediationWalk:
    """An incident with a severity."""
    walk = RemediationWalk()
    walk.to_contain()
    return walk


def row_of(walk: RemediationWalk, number: int = 1) -> dict[str, Any]:
    """One task of a walk, as it stands."""
    return folded(walk.entries(), task)[number - 1]


def test_a_task_begins_with_what_its_priority_asks_for(walk: RemediationWalk) -> None:
    """Whose it is, until when, whether it is mandatory, how long it is observed."""
    walk.propose()
    row = row_of(walk)
    assert (row["task_id"], row["stage"]) == ("INC-2026-000001/remediation-1", "proposed")
    assert (row["owner_role"], row["owner_person"]) == ("responder", ROBIN.id)
    assert (row["mandatory"], row["observe"]) == (True, "P14D")
    assert row["due_on"] == (walk.now + timedelta(days=90)).date()
    assert row["proposed_by"] == ROBIN.model_dump(mode="json")
    assert (row["extensions"], row["outcome"], row["replaces"]) == (0, None, None)


def test_an_extension_counts_once_it_is_granted(walk: RemediationWalk) -> None:
    """What is only asked for moves nothing."""
    at_work = walk.propose()
    at_work.accept()
    first = row_of(walk)["due_on"] + timedelta(days=10)
    at_work.extend(first)
    at_work.decide(COMPLIANCE, DecisionKind.REMEDIATION_EXTENSION, "granted")
    at_work.extend(first + timedelta(days=10))
    row = row_of(walk)
    assert (row["due_on"], row["extensions"], row["stage"]) == (first, 1, "accepted")
    (granted,) = row["extended"]
    assert (granted["due_on"], granted["because"]) == (first.isoformat(), "The team is short.")


def test_what_was_done_in_vain_is_open_again_with_another_date(walk: RemediationWalk) -> None:
    """Who did it stays; that it is done does not."""
    at_work = walk.propose(proposal(observe="PT0S"))
    at_work.accept()
    at_work.implement()
    assert row_of(walk)["implemented_at"] == walk.now
    walk.wait(timedelta(days=80))
    at_work.validate(option="not_effective")
    row = row_of(walk)
    assert (row["stage"], row["implemented_at"], row["validated_at"]) == ("accepted", None, None)
    (again,) = row["returned"]
    assert again["due_on"] == row["due_on"].isoformat()
    assert row["due_on"] == (walk.now + timedelta(days=30)).date()
    at_work.implement(SASHA)
    at_work.validate()
    row = row_of(walk)
    assert (row["stage"], row["outcome"], row["closed_at"]) == ("closed", "validated", walk.now)
    assert row["validated_by"] == COMPLIANCE.model_dump(mode="json")
    assert row["implemented_by"] == [ROBIN.id, SASHA.id]
    assert [each["implementation"] for each in row["implementations"]] == [1, 2]


def test_an_accepted_risk_expires_and_the_task_is_open_again(walk: RemediationWalk) -> None:
    """Until when it holds stands in the row, and is gone with it."""
    at_work = walk.propose(proposal(TaskPriority.CRITICAL))
    until = (walk.now + timedelta(days=100)).date()
    at_work.leave(until)
    row = row_of(walk)
    assert (row["stage"], row["accepted_until"].date()) == (
        "risk_accepted",
        until + timedelta(days=1),
    )
    assert row["acceptances"][0]["because"] == "The system is replaced next year."
    walk.wait(timedelta(days=102))
    row = row_of(walk)
    assert (row["stage"], row["accepted_until"]) == ("accepted", None)
    assert len(row["returned"]) == 1


def test_whose_it_is_and_what_others_call_it(walk: RemediationWalk) -> None:
    """Every reassignment and every word of a ticket system, in order."""
    at_work = walk.propose()
    sasha = Owner(role=Role.INCIDENT_COMMANDER, person=SASHA.id)
    at_work.submit(COMMANDER, ReassignTask(owner=sasha, because="Robin is on leave."))
    told = LinkTask(system="jira", reference="OPS-77", state="In progress", event="msg_1")
    at_work.submit(COMMANDER, told)
    row = row_of(walk)
    assert (row["owner_role"], row["owner_person"]) == ("incident_commander", SASHA.id)
    assert [each["because"] for each in row["reassigned"]] == ["Robin is on leave."]
    assert [(each["reference"], each["state"]) for each in row["links"]] == [
        ("OPS-77", "In progress")
    ]
    assert row["last_entry"] == at_work.entries()[-1].id


def test_a_task_whose_workflow_is_no_more_is_closed_by_the_one_in_its_place(
    walk: RemediationWalk,
) -> None:
    """The incident says so: nobody else is there to say it."""
    walk.propose()
    walk.tasks.clear()
    walk.submit(COMMANDER, WriteOffTask(task=1, because="Somebody terminated it."))
    first, second = row_of(walk), row_of(walk, 2)
    assert (first["stage"], first["outcome"]) == ("closed", "replaced")
    assert (second["stage"], second["replaces"], second["title"]) == (
        "proposed",
        1,
        first["title"],
    )
    assert isinstance(second["due_on"], date)

"""Remediation in a bundle: each task with all that became of it; nothing where there is none."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.remediation.asking import LinkTask, WriteOffTask
from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.evidence.bundle.narrative import narrate
from holdfast.evidence.bundle.page import index_page
from tests.bundled import bundle_of
from tests.remediation_walk import RemediationWalk, proposal
from tests.statements import COMMANDER, COMPLIANCE
from tests.unit.bundle.test_page import assert_only_text

WORDS = (
    "Remediation 1: Alert on the queue's depth",
    "closed · high · mandatory",
    "extension 1: due 2026-06-12 instead of 2026-06-02: The team is short.",
    "acceptance of its risk asked for, until 2026-05-01: The system is replaced next year.",
    "its risk accepted until 2026-05-01",
    "open again, due",
    "implemented: The alert is in place.",
    "found effective by compliance",
    "closed: validated",
    "jira: OPS-77, Done, <b>Released</b>",
    "replaced · low · not mandatory",
    "opened, in place of 2, due",
)


@cache
def story() -> RemediationWalk:
    """One task that was put off, left undone and then done; one whose workflow was lost."""
    walk = RemediationWalk()
    walk.to_contain()
    task = walk.propose(proposal(observe="PT0S"))
    task.accept()
    task.extend(task.state.due_on + timedelta(days=10))
    task.decide(COMPLIANCE, DecisionKind.REMEDIATION_EXTENSION, "granted")
    task.leave((walk.now + timedelta(days=58)).date())
    walk.wait(timedelta(days=60))
    told = LinkTask(
        system="jira", reference="OPS-77", state="Done", comment="<b>Released</b>", event="msg_1"
    )
    task.submit(COMMANDER, told)
    task.implement()
    task.validate()
    walk.propose(proposal(TaskPriority.LOW))
    walk.submit(COMMANDER, WriteOffTask(task=2, because="Somebody terminated it."))
    walk.wait(timedelta())
    return walk


def test_the_page_tells_every_task() -> None:
    """Extensions, acceptances, attempts, what a ticket system said: as text and nothing else."""
    contents, _ = bundle_of(story().entries())
    page = index_page(contents, narrate(contents))
    section = assert_only_text(page).text.partition("A task outlives its incident")[2]
    assert '<a href="#remediation">Remediation</a>' in page
    for words in WORDS:
        assert words in section, words


def test_what_is_withheld_of_a_task_leaves_the_rest() -> None:
    """Without its opening nobody knows its title; what became of it stands."""
    contents, _ = bundle_of(story().entries(), {EventKind.REMEDIATION_OPENED})
    tasks = narrate(contents).tasks
    assert [(each.title, each.stage) for each in tasks] == [("", "closed"), ("", "closed")]


def test_an_incident_without_tasks_has_no_such_section() -> None:
    """Nothing is told of nothing."""
    walk = RemediationWalk()
    walk.to_contain()
    contents, _ = bundle_of(walk.entries())
    assert narrate(contents).tasks == []
    assert "#remediation" not in index_page(contents, narrate(contents))

"""The model of the running process: held to the code, to its version, and to the OMG's schema."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from lxml import etree

from holdfast.domain.approval_matrix import ApprovalMatrix, DecisionKind
from holdfast.domain.incident.state import Phase
from holdfast.domain.policies import APPROVAL_MATRIX, approval_matrix
from holdfast.domain.process_model.bpmn import process_bpmn
from holdfast.domain.process_model.layout import Layout, lay_out
from holdfast.domain.process_model.model import (
    PROCESS,
    PROCESS_DIGEST,
    PROCESS_VERSION,
    digest_of_model,
    process_pin,
)
from holdfast.domain.process_model.routes import Bounds
from holdfast.domain.process_model.shapes import NodeKind, Pool, ProcessModel
from holdfast.domain.roles import Role
from holdfast.evidence.bpmn.reading import parse_bpmn
from tests.rulebook import POLICIES

MATRIX: ApprovalMatrix = approval_matrix(POLICIES[APPROVAL_MATRIX].content)
FILE = process_bpmn(PROCESS, MATRIX)
LAYOUT: Layout = lay_out(PROCESS)
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"

_PINNED = {
    "1.0.0": "sha256:53a8628fc72cbd0b81be417024422debad652843a2582e8763f5cdb1bca5a7f1",
    "1.1.0": "sha256:897dbffb39822b311b4ad22b5cc4ec5b50ebc07f9d034297111b7780067f39f8",
}
"""The digest of every version that there was: a new model takes a new version, and a line here."""


def _elements(name: str) -> list[etree._Element]:
    return list(etree.fromstring(FILE).iter(name))


def test_every_phase_and_every_decision_point_is_in_the_model_exactly_once() -> None:
    """A phase or a decision point that somebody adds has to be put into the model."""
    phases = Counter(node.phase for node in PROCESS.nodes if node.phase)
    decisions = Counter(node.decision for node in PROCESS.nodes if node.decision)
    assert phases == Counter(Phase)
    assert decisions == Counter(DecisionKind)
    ids = Counter(element.get("id") for element in etree.fromstring(FILE).iter(etree.Element))
    assert all(ids[f"phase.{each}"] == 1 for each in Phase)
    assert all(ids[f"decision.{each}"] == 1 for each in DecisionKind)


def test_another_model_needs_another_version() -> None:
    """Whoever changes the process raises the version and pins the new digest here."""
    assert _PINNED[PROCESS_VERSION] == PROCESS_DIGEST
    assert process_pin()["digest"] == PROCESS_DIGEST


def test_where_it_is_drawn_is_no_part_of_the_process_and_what_is_said_is() -> None:
    """Moving a box is no new version; another name, lane or flow is."""

    def with_first(pool: Pool) -> ProcessModel:
        return replace(PROCESS, pools=(pool, *PROCESS.pools[1:]))

    incident = PROCESS.pools[0]
    first, *others = incident.nodes
    moved = replace(incident, nodes=(replace(first, column=99, row=7, lower=5), *others))
    renamed = replace(incident, nodes=(replace(first, name="Something else"), *others))
    shorter = replace(incident, flows=incident.flows[1:])
    assert digest_of_model(with_first(moved)) == PROCESS_DIGEST
    assert digest_of_model(with_first(renamed)) != PROCESS_DIGEST
    assert digest_of_model(with_first(shorter)) != PROCESS_DIGEST


def test_the_file_is_valid_by_the_schema_of_the_omg_and_the_same_each_time() -> None:
    """What is published can be read by the door where such files are taken in."""
    assert parse_bpmn(FILE).tag == f"{_BPMN}definitions"
    assert process_bpmn(PROCESS, MATRIX) == FILE


def test_each_decision_says_the_question_and_the_roles_of_the_matrix_in_force() -> None:
    """The questions are policy: another matrix in force asks otherwise, in the same process."""
    kind = DecisionKind.INCIDENT_CLOSURE
    rule = MATRIX.rules[kind].model_copy(update={"question": "Is it <really> over & done?"})
    other = MATRIX.model_copy(update={"rules": {**MATRIX.rules, kind: rule}})
    assert b"Is it &lt;really&gt; over &amp; done?" in process_bpmn(PROCESS, other)
    for task in _elements(f"{_BPMN}userTask"):
        name = str(task.get("id")).removeprefix("decision.")
        if name in set(DecisionKind):
            asked = MATRIX.rules[DecisionKind(name)]
            assert asked.question in (task.findtext(f"{_BPMN}documentation") or "")
            assert len(task.findall(f"{_BPMN}potentialOwner")) == len(asked.roles)


def test_each_decision_stands_in_the_lane_of_a_role_that_may_take_it() -> None:
    """By the matrix that this repository brings; a review is asked of whoever the audience says."""
    for node in PROCESS.nodes:
        if node.decision is not None:
            assert node.lane in MATRIX.rules[node.decision].roles, node.id


def test_every_flow_leads_from_one_node_to_another_within_its_part_of_its_pool() -> None:
    """BPMN knows no flow across the border of a pool or of a part beside the main flow."""
    for pool in PROCESS.pools:
        aside = {node.id: node.aside for node in pool.nodes}
        assert {node.lane for node in pool.nodes} <= {*pool.lanes, Role.SYSTEM}
        for flow in pool.flows:
            assert aside[flow.source] == aside[flow.target], flow.id


@pytest.mark.parametrize("pool", PROCESS.pools, ids=lambda pool: pool.id)
def test_everything_is_reached_from_a_beginning_and_leads_to_an_end(pool: Pool) -> None:
    """No step hangs in the air; a clock begins at its step."""
    starts = {node.id for node in pool.nodes if node.kind is NodeKind.START}
    ends = {node.id for node in pool.nodes if node.kind is NodeKind.END}
    onward = [(flow.source, flow.target) for flow in pool.flows]
    onward += [(node.on, node.id) for node in pool.nodes if node.on]
    everything = {node.id for node in pool.nodes}
    assert _closure(starts, onward) == everything
    assert _closure(ends, [(target, source) for source, target in onward]) == everything


def test_everything_is_drawn_and_no_box_covers_another() -> None:
    """A viewer shows a shape for every node, lane and pool, and a line for every flow."""
    drawn = {each.get("bpmnElement") for each in _elements(f"{_DI}BPMNShape")}
    assert {node.id for node in PROCESS.nodes} <= drawn
    assert {f"pool.{pool.id}" for pool in PROCESS.pools} <= drawn
    lines = {each.get("bpmnElement") for each in _elements(f"{_DI}BPMNEdge")}
    flows = {flow.id for pool in PROCESS.pools for flow in pool.flows}
    assert lines == flows | {message.id for message in PROCESS.messages}
    boxes = [
        (node.id, LAYOUT.nodes[node.id])
        for node in PROCESS.nodes
        if node.kind is not NodeKind.BOUNDARY
    ]
    covering = [
        (one, other)
        for place, (one, mine) in enumerate(boxes)
        for other, theirs in boxes[place + 1 :]
        if _covers(mine, theirs)
    ]
    assert covering == []


def test_every_node_lies_within_its_lane_and_no_two_parts_beside_each_other_meet() -> None:
    """Who has to act is read off the lane that a box stands in."""
    for pool in PROCESS.pools:
        for node in pool.nodes:
            lane, box = LAYOUT.lanes[pool.id, node.lane], LAYOUT.nodes[node.id]
            assert lane.y <= box.y, node.id
            assert box.bottom <= lane.bottom, node.id
            assert lane.x <= box.x, node.id
            assert box.right <= lane.right, node.id
    parts = list(LAYOUT.asides.values())
    assert not any(
        _covers(one, other) for place, one in enumerate(parts) for other in parts[place + 1 :]
    )


def _closure(begin: set[str], steps: list[tuple[str, str]]) -> set[str]:
    reached = set(begin)
    while more := {target for source, target in steps if source in reached} - reached:
        reached |= more
    return reached


def _covers(one: Bounds, other: Bounds) -> bool:
    across = one.x < other.right and other.x < one.right
    return across and one.y < other.bottom and other.y < one.bottom

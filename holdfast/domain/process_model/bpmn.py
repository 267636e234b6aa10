"""The running process as a BPMN 2.0 file, diagram included, valid against the schema of the OMG.

What people are asked, who may answer and until when is taken from an approval matrix; the rest is
the model. The same model and matrix are the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.domain.approval_matrix import ApprovalMatrix, DecisionRule
from holdfast.domain.incident.state import Phase
from holdfast.domain.process_model.diagram import diagram
from holdfast.domain.process_model.layout import lay_out
from holdfast.domain.process_model.markup import element, text_element
from holdfast.domain.process_model.model import PROCESS_DIGEST, PROCESS_VERSION
from holdfast.domain.process_model.shapes import (
    Aside,
    Flow,
    Node,
    NodeKind,
    Pool,
    ProcessModel,
    Trigger,
)
from holdfast.domain.process_model.titles import role_title

__all__ = ["BPMN_MEDIA_TYPE", "process_bpmn"]

BPMN_MEDIA_TYPE = "application/xml"

_NAMESPACES = {
    "xmlns": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_PHASES = "phases"


def process_bpmn(model: ProcessModel, matrix: ApprovalMatrix) -> bytes:
    """Write the process down, with the questions of that matrix."""
    layout = lay_out(model)
    attributes = {
        **_NAMESPACES,
        "id": model.name,
        "name": f"{model.name} {PROCESS_VERSION}",
        "targetNamespace": f"urn:{model.name}:{PROCESS_VERSION}",
        "exporter": "Holdfast",
        "exporterVersion": PROCESS_VERSION,
    }
    inside = [
        _category(layout.phases),
        _collaboration(model, matrix),
        *(_process(pool, matrix, list(layout.phases)) for pool in model.pools),
        diagram(model, layout),
    ]
    body = element("definitions", attributes, *inside)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _category(phases: Iterable[Phase]) -> str:
    values = (
        element("categoryValue", {"id": f"category.{each}", "value": str(each).capitalize()})
        for each in phases
    )
    return element("category", {"id": _PHASES, "name": "Phases"}, *values)


def _collaboration(model: ProcessModel, matrix: ApprovalMatrix) -> str:
    says = (
        f"Version {PROCESS_VERSION} of the running process, {PROCESS_DIGEST}; "
        f"questions by {matrix.name} {matrix.version}."
    )
    inside = [text_element("documentation", says)]
    inside += [
        element(
            "participant",
            {"id": f"pool.{pool.id}", "name": pool.name, "processRef": f"process.{pool.id}"},
        )
        for pool in model.pools
    ]
    inside += [
        element(
            "messageFlow",
            {
                "id": message.id,
                "name": message.name,
                "sourceRef": message.source,
                "targetRef": message.target,
            },
        )
        for message in model.messages
    ]
    return element("collaboration", {"id": "collaboration"}, *inside)


def _process(pool: Pool, matrix: ApprovalMatrix, phases: list[Phase]) -> str:
    asides = {aside.id for aside in pool.asides}
    main = {node.id for node in pool.nodes if node.aside is None}
    inside = [text_element("documentation", pool.says), _lanes(pool)]
    inside += [_node(node, pool, matrix) for node in pool.nodes if node.aside not in asides]
    inside += [_flow(flow) for flow in pool.flows if flow.source in main]
    inside += [_aside(aside, pool, matrix) for aside in pool.asides]
    if any(node.phase for node in pool.nodes):
        inside += [
            element("group", {"id": f"group.{each}", "categoryValueRef": f"category.{each}"})
            for each in phases
        ]
    attributes = {"id": f"process.{pool.id}", "name": pool.name, "isExecutable": "false"}
    return element("process", attributes, *inside)


def _lanes(pool: Pool) -> str:
    lanes = []
    for lane in pool.lanes:
        own = [node.id for node in pool.nodes if node.lane is lane and node.aside is None]
        own += [f"aside.{aside.id}" for aside in pool.asides if aside.lane is lane]
        attributes = {"id": f"lane.{pool.id}.{lane}", "name": role_title(lane)}
        lanes.append(
            element("lane", attributes, *(text_element("flowNodeRef", id_) for id_ in own))
        )
    return element("laneSet", {"id": f"lanes.{pool.id}"}, *lanes)


def _aside(aside: Aside, pool: Pool, matrix: ApprovalMatrix) -> str:
    own = [node for node in pool.nodes if node.aside == aside.id]
    ids = {node.id for node in own}
    inside = [_node(node, pool, matrix) for node in own]
    inside += [_flow(flow) for flow in pool.flows if flow.source in ids]
    attributes = {"id": f"aside.{aside.id}", "name": aside.name, "triggeredByEvent": "true"}
    return element("subProcess", attributes, *inside)


def _flow(flow: Flow) -> str:
    name = {"name": flow.name} if flow.name else {}
    attributes = {"id": flow.id, **name, "sourceRef": flow.source, "targetRef": flow.target}
    return element("sequenceFlow", attributes)


def _node(node: Node, pool: Pool, matrix: ApprovalMatrix) -> str:
    attributes = {"id": node.id, **({"name": node.name} if node.name else {})}
    if node.on is not None:
        attributes |= {"attachedToRef": node.on, "cancelActivity": "false"}
    if node.kind is NodeKind.START and node.aside is not None:
        attributes["isInterrupting"] = "false"
    rule = matrix.rules.get(node.decision) if node.decision else None
    says = " ".join(part for part in (_asked(rule) if rule else "", node.says) if part)
    inside = [text_element("documentation", says)] if says else []
    inside += [text_element("incoming", flow.id) for flow in pool.flows if flow.target == node.id]
    inside += [text_element("outgoing", flow.id) for flow in pool.flows if flow.source == node.id]
    if node.trigger is not None:
        inside.append(_trigger(node, node.trigger))
    if rule is not None:
        inside += [element("potentialOwner", {"name": role_title(role)}) for role in rule.roles]
    return element(str(node.kind), attributes, *inside)


def _trigger(node: Node, trigger: Trigger) -> str:
    attributes = {"id": f"trigger.{node.id}"}
    if trigger is Trigger.CONDITION:
        condition = text_element("condition", node.name, {"xsi:type": "tFormalExpression"})
        return element(str(trigger), attributes, condition)
    return element(str(trigger), attributes)


def _asked(rule: DecisionRule) -> str:
    """What is asked, of whom, with which answers, and until when; durations are ISO 8601."""
    told = rule.model_dump(mode="json")
    answers = ", ".join(
        f"{name} ({option.quorum} people)" if option.quorum > 1 else name
        for name, option in rule.options.items()
    )
    roles = ", ".join(role_title(role) for role in rule.roles)
    bypass = f" May be bypassed with {', '.join(rule.bypass.codes)}." if rule.bypass else ""
    return (
        f"{rule.question} Asked of: {roles}. Answers: {answers}. "
        f"Due after {told['schedule']['due_after']}.{bypass}"
    )

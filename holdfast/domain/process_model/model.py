"""The running process: its model, its version, and the digest that every incident names."""

from __future__ import annotations

from dataclasses import asdict

from holdfast.domain.process_model.authority_pools import CYBER_THREAT, REPORTING
from holdfast.domain.process_model.child_pools import (
    AUTOMATED_STEP,
    COMMUNICATION,
    RECURRENCE,
    THIRD_PARTY,
)
from holdfast.domain.process_model.incident_pool import INCIDENT
from holdfast.domain.process_model.remediation_pool import REMEDIATION
from holdfast.domain.process_model.shapes import Message, ProcessModel
from holdfast.domain.values import JsonObject, digest_of

__all__ = [
    "PROCESS",
    "PROCESS_DIGEST",
    "PROCESS_NAME",
    "PROCESS_VERSION",
    "digest_of_model",
    "process_pin",
]

PROCESS_NAME = "holdfast-process"

PROCESS_VERSION = "1.1.0"
"""Semantic: a decision point, phase, clock or flow that comes or goes is a new version."""

PROCESS = ProcessModel(
    name=PROCESS_NAME,
    pools=(
        *(INCIDENT, COMMUNICATION, REPORTING, THIRD_PARTY, REMEDIATION, AUTOMATED_STEP),
        *(RECURRENCE, CYBER_THREAT),
    ),
    messages=(
        Message("end.telling", "communication.begins", "something to be told"),
        Message("end.reporting", "reporting.begins", "a report that is due"),
        Message("end.invocation", "third_party.begins", "a provider to be held to its contract"),
        Message("end.proposal", "remediation.begins", "a task"),
        Message("end.automation", "automated_step.begins", "a step"),
    ),
)
"""What the code does, as people can read it; a test holds it to the phases and decision points."""

_DRAWING = {"column", "row", "lower", "way"}
"""Where things are drawn says nothing about the process."""


def process_pin() -> JsonObject:
    """Name, version and digest of the process, as `incident.opened` holds them."""
    return {"name": PROCESS_NAME, "version": PROCESS_VERSION, "digest": PROCESS_DIGEST}


def digest_of_model(model: ProcessModel) -> str:
    """The SHA-256 of what a model says; where things are drawn is left out."""

    def told(values: list[tuple[str, object]]) -> JsonObject:
        return {
            name: str(value) if isinstance(value, str) else value
            for name, value in values
            if name not in _DRAWING and value is not None
        }

    return digest_of(asdict(model, dict_factory=told))


PROCESS_DIGEST = digest_of_model(PROCESS)
"""The SHA-256 of the model, where it is drawn left out; a test pins it to the version."""

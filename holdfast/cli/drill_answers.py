"""How the participants of `holdfast drill` answer what is put to them, and what they write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.dora.root_causes import AdditionalCause, CauseCategory, DetailedCause

__all__ = ["CHECKS", "OVERSIGHT", "REVIEW", "Reply", "reply_to"]

CHECKS = ("functional", "controls_in_force", "data_reconciled")
"""The recovery checks of the policy that comes with Holdfast."""

REVIEW = {
    "summary": "The drill was played to its end; nothing of it has happened.",
    "root_cause": "The script: a change of the gateway's configuration without a second look.",
    "contributing_factors": ["The deputy commander was not called"],
    "went_well": "The gateway was isolated within minutes.",
    "to_improve": "Compliance was asked late whether the incident is major.",
    "lessons": ["Ask compliance as soon as a severity is assigned"],
    "timeline_confirmed": {"confirmed": True},
    "root_causes": [
        {
            "category": str(CauseCategory.PROCESS_FAILURE),
            "detail": str(DetailedCause.OPERATIONS),
            "additional": [str(AdditionalCause.CHANGE_MANAGEMENT)],
        }
    ],
    "five_whys": [
        "Orders were rejected because the gateway had a wrong configuration.",
        "It was wrong because nobody but its author had seen it.",
        "Nobody had because the second look was skipped.",
    ],
    "promptness": {"finding": "The alert was taken up at once.", "adequate": True},
    "severity_determination": {"finding": "The severity was right.", "adequate": True},
    "forensics": {"finding": "Logs were looked at; nothing was secured.", "adequate": False},
    "escalation": {"finding": "Everybody was called in time.", "adequate": True},
    "communication": {"finding": "Staff was told; nobody else was.", "adequate": True},
}


OVERSIGHT = {
    "summary": "The provider was called in a drill, and does not know of it.",
    "performance": "Nothing of it was measured: what was missed, was missed by nobody.",
    "weaknesses": [],
    "measures": [],
}


@dataclass(frozen=True, slots=True)
class Reply:
    """Who answers a question, with which option, and what else is said."""

    person: str
    option: str
    more: Mapping[str, Any]


_BY_KIND = {
    "severity.assignment": ("incident_commander", "confirm"),
    "bypass.ratification": ("management_body", "ratified"),
    "recovery.validation": ("incident_commander-2", "validated"),
    "recovery.stand_down": ("incident_commander", "stood_down"),
    "third_party.invocation": ("vendor_manager", "refused"),
    "failover.approval": ("management_body", "rejected"),
}
_RATIONALE = "As the script of the drill has it."


def reply_to(asked: Mapping[str, Any]) -> Reply | None:
    """How a question is answered in passing; None where that is a step of its own."""
    kind, options = asked["kind"], asked["options"]
    if kind == "escalation.acknowledgement":
        return Reply(asked["roles"][0], "acknowledged", {})
    if kind == "classification.confirmation":
        if "confirm" in options:
            return Reply("compliance", "confirm", {"rationale": _RATIONALE})
        more = {"rationale": _RATIONALE, "data": {"major": True}}
        return Reply("compliance", "override", more)
    if kind not in _BY_KIND:
        return None
    person, option = _BY_KIND[kind]
    return Reply(person, option, {"rationale": _RATIONALE})

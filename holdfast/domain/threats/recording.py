"""What a threat puts into evidence, and the question that follows: shared with their replay."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import Subject
from holdfast.domain.values import JsonObject
from holdfast.dora.cyber_threats import CyberThreatFacts, assess_threat

__all__ = ["assessed_payload", "notification_question"]


def assessed_payload(threat: str, facts: CyberThreatFacts, changed: Iterable[str]) -> JsonObject:
    """What `threat.assessed` holds: the facts, those that changed, and the judgement (Art. 10)."""
    return {
        "threat": threat,
        "facts": facts.model_dump(mode="json"),
        "changed": list(changed),
        **assess_threat(facts).model_dump(mode="json"),
    }


def notification_question(called: str, payload: JsonObject, put_forward: str) -> Question:
    """Whether exactly this form leaves; `payload` is that of the entry that puts it forward.

    Raises:
        KeyError: the payload is of no such entry.
    """
    return Question(
        kind=DecisionKind.THREAT_NOTIFICATION,
        subject=Subject(type="threat_notification", id=called, digest=payload["content"]),
        authors=tuple(payload["authors"]),
        context={
            "threat": payload["threat"],
            "version": payload["version"],
            "entity": payload["entity"],
            "authority": payload["authority"],
            "corrects": payload["corrects"],
        },
        causes=(put_forward,),
    )

"""Reviews and their lessons in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.reviews.completeness import FINDINGS
from holdfast.domain.values import JsonObject

__all__ = ["REVIEW_SENTENCES"]


def _recorded(_: Event, payload: JsonObject) -> str:
    said = f"Post-incident review recorded, version {payload['version']}: {payload['summary']}"
    causes = ", ".join(cause["detail"] for cause in payload.get("root_causes", ()))
    wanting = [name for name in FINDINGS if name in payload and not payload[name]["adequate"]]
    parts = [f"root causes {causes}"] if causes else []
    parts += [f"not adequate: {', '.join(map(_words, wanting))}"] if wanting else []
    again = [each["incident"] for each in payload.get("recurrence", ())]
    parts += [f"like {', '.join(again)}"] if again else []
    return f"{said} ({'; '.join(parts)})" if parts else said


def _assessed(_: Event, payload: JsonObject) -> str:
    return (
        f"Lesson {payload['lesson']} taken into the risk assessment as {payload['risk']}: "
        f"{payload['text']}"
    )


def _words(token: str) -> str:
    return token.replace("_", " ")


REVIEW_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.REVIEW_RECORDED: _recorded,
    EventKind.LESSON_ASSESSED: _assessed,
}
"""How each kind reads."""

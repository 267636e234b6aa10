"""What a provider sees of an escalation over its link, as data; the page shows the same.

Nothing of the inside is in it: neither who asked, nor the severity, nor what was decided.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.third_party.links import LinkAct
from holdfast.domain.values import Instant, JsonObject

__all__ = [
    "ActLink",
    "HeardDocument",
    "HeardStatement",
    "OwedTime",
    "StatementReceipt",
    "VendorAnswer",
    "VendorEscalation",
]

_LINK = "http://127.0.0.1:8000/v1/vendor/eyJhY3QiOiJ1cGRhdGUi….kJm3…"
_ESCALATION: JsonObject = {
    "reference": "INC-2026-000001/third-party-1",
    "provider": "Cloud Services SE",
    "contract": "CTR-2024-017",
    "their_reference": "CS-88123",
    "stage": "asked",
    "round": 1,
    "asked_at": "2026-03-04T09:40:00.000000Z",
    "because": "Instant payments are down since your storage maintenance began.",
    "estimated_at": None,
    "times": [
        {"time": "acknowledge", "due_at": "2026-03-04T09:55:00.000000Z", "state": "running"},
    ],
    "statements": [],
    "acts": [{"act": "acknowledgement", "url": f"{_LINK}/acknowledgement"}],
    "page": _LINK,
    "valid_until": "2026-03-18T09:40:00.000000Z",
}


class OwedTime(BaseModel):
    """One of the times of the contract, as it stands in this round."""

    time: str = Field(
        description="`acknowledge`, `first_response`, `update`, `workaround` or `restore`."
    )
    due_at: Instant
    state: str = Field(
        description="`running`, `paused`, `met`, `met_late`, `missed` (due still) or `cancelled`."
    )


class HeardDocument(BaseModel):
    """A document that came with a statement; its bytes are kept under the digest."""

    name: str
    media_type: str
    digest: str


class HeardStatement(BaseModel):
    """What the provider has said; what we have entered for it shows without its words."""

    said: str
    said_at: Instant
    recorded_at: Instant
    source: str
    text: str | None
    estimated_at: Instant | None
    documents: list[HeardDocument]


class ActLink(BaseModel):
    """A link to do one thing, once."""

    act: LinkAct
    url: str = Field(description="`POST` the statement there, as `application/json`.")


class VendorEscalation(BaseModel):
    """What is asked, when it is due, what was said, and how to answer."""

    model_config = ConfigDict(json_schema_extra={"example": _ESCALATION})

    reference: str = Field(description="Ours: name it in every answer by another way.")
    provider: str
    contract: str
    their_reference: str | None
    stage: str
    round: int = Field(description="1 at first, and one more each time it breaks again.")
    asked_at: Instant
    because: str
    estimated_at: Instant | None = Field(description="When you expect the service back.")
    times: list[OwedTime]
    statements: list[HeardStatement]
    acts: list[ActLink] = Field(description="Fresh links, each good once, for one thing.")
    page: str = Field(description="A link to read this again.")
    valid_until: Instant = Field(description="Until when all of these links can be used.")


class StatementReceipt(BaseModel):
    """What became of a statement; without an entry it is on its way, and safe."""

    submission_id: str
    recorded: bool
    entry_id: str | None
    recorded_at: Instant | None


class VendorAnswer(BaseModel):
    """That a statement has arrived, and how to go on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "receipt": {
                    "submission_id": f"vendor-link-{'4f' * 32}",
                    "recorded": True,
                    "entry_id": "third-party/INC-2026-000001/1#14",
                    "recorded_at": "2026-03-04T09:45:00.000000Z",
                },
                "escalation": _ESCALATION,
            }
        }
    )

    receipt: StatementReceipt
    escalation: VendorEscalation

"""What an escalation consists of, as its door tells it: times, words, calls, origins."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.values import Instant, JsonObject

__all__ = ["VendorCallMade", "VendorOrigin", "VendorTime", "VendorWord"]


class _Answer(BaseModel):
    """Answers are built from rows that the database has checked."""

    model_config = ConfigDict(from_attributes=True)


class VendorTime(_Answer):
    """One time that the provider is, or was, held to."""

    clock_id: str
    clock: str = Field(
        description="`acknowledge`, `first_response`, `update`, `workaround` or `restore`."
    )
    round: int
    title: str
    outcome: str = Field(
        description="`running`, `paused`, `met`, `met_late`, `missed` or `cancelled`."
    )
    armed_at: Instant
    due_at: Instant
    missed_at: Instant | None
    met_at: Instant | None = Field(description="When it was met, which may be told later.")
    severity: str | None = Field(description="At which severity it was missed.")
    paused_seconds: int = Field(description="For how long it stood still.")


class VendorWord(_Answer):
    """Something that the provider has said; who spoke is sealed."""

    entry_id: str
    round: int
    said: str
    said_at: Instant
    recorded_at: Instant
    source: str
    text: str | None
    estimated_at: Instant | None
    documents: list[JsonObject]
    their_reference: str | None
    reference: str | None
    link: str | None = Field(description="The digest of the link by which it was entered.")
    late_by_us: bool = Field(description="Whether we entered it over five minutes later.")
    entered_by: JsonObject
    sealed: list[str] = Field(description="What is sealed and can be read on record.")


class VendorCallMade(_Answer):
    """One call of the provider, with the communication that it became."""

    entry_id: str
    round: int
    why: str
    clock: str | None = Field(description="Which of its times had passed.")
    rung: int = Field(description="Of its ladder, from 0.")
    title: str | None = Field(description="Of that rung.")
    channel: str | None
    called_at: Instant
    communication: int | None
    communication_stage: str | None
    message: str | None = Field(description="Its digest.")
    deliveries: list[JsonObject] = Field(
        description="Each with its report, which holds the ids that the channel gave the message."
    )


class VendorOrigin(_Answer):
    """Where in the provider's chain the incident began, as somebody has stated it."""

    entry_id: str
    rank: int = Field(description="1 is the provider itself (2024/2956 B_05.02).")
    origin_provider: str | None = Field(description="Its id in the register, where it has one.")
    name: str
    code_type: str | None
    code: str | None
    statement: str
    stated_by: JsonObject
    stated_at: Instant

"""One monthly assessment: what it rests on, and what comes out of it.

Everything that it rests on is in `RecurrenceInputs`, which is recorded, so that the judgement can
be made again from its own entry. Each financial entity is assessed on its own incidents.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainSerializer, StrictBool

from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.recurrence.periods import Period
from holdfast.domain.values import (
    CanonicalObject,
    Count,
    Digest,
    Frozen,
    Identifier,
    Instant,
    JsonObject,
    Line,
    digest_of,
)
from holdfast.dora.facts import ClassificationFacts
from holdfast.dora.three_valued import Answer

__all__ = [
    "Considered",
    "EarlierDecision",
    "EntityFinding",
    "EntityPart",
    "Profile",
    "RecurrenceInputs",
    "RecurrenceJudgement",
    "RecurrenceRequest",
    "RootCause",
    "Series",
]


class RootCause(StrEnum):
    """Where the fingerprint of an incident's apparent root cause was taken from."""

    STATED = "root_cause_fingerprint"
    """People have named it, to link incidents that share it."""
    FACT = "root_cause"
    REVIEW = "review"


_Facts = Annotated[
    ClassificationFacts,
    PlainSerializer(
        lambda facts: facts.model_dump(mode="json", exclude_defaults=True),
        return_type=JsonObject,
        when_used="json",
    ),
]
"""What is unknown is not written: an assessment holds the facts of many incidents."""


Fingerprint = Annotated[str, Field(min_length=1)]
"""Of an apparent root cause: its words, without case, punctuation and spacing."""


class RecurrenceRequest(Frozen):
    """What the activity is asked."""

    period: Period


class Considered(Frozen):
    """One incident of one entity as far as it counts here.

    `major` is what people have decided; where nobody has, true if its facts alone make it major.
    """

    incident: Identifier
    occurred_at: Instant
    fingerprint: Fingerprint
    taken_from: RootCause
    major: StrictBool | None
    facts: _Facts

    @property
    def digest(self) -> str:
        """The digest of what is known of the incident; whether it is major follows from that."""
        return digest_of(self.model_dump(mode="json", include={"occurred_at", "facts"}))


class Profile(Frozen):
    """What decides whether an entity has to look for recurring incidents (Art. 8(2))."""

    microenterprise: StrictBool
    simplified_regime: StrictBool


class EntityPart(Frozen):
    """What is looked at for one entity; `entity` is null where the register names none.

    `incidents` is how many there were in the window, `without_root_cause` which of them cannot be
    linked to others, and `considered` those whose apparent root cause others share.
    """

    entity: Identifier | None
    profile: Profile | None
    incidents: Count
    without_root_cause: tuple[Identifier, ...]
    considered: tuple[Considered, ...]


class EarlierDecision(Frozen):
    """What people have decided before about a series, and what was proposed to them.

    `members` are its incidents, each with the digest of what was known of it.
    """

    assessment: Line
    entry: Identifier
    proposed: Answer
    major: StrictBool
    members: dict[Identifier, Digest]


class RecurrenceInputs(Frozen):
    """What an assessment rests on; `decided` are the decisions that answer what it finds."""

    month: Line
    number: Count
    since: Instant
    until: Instant
    parts: tuple[EntityPart, ...]
    decided: tuple[EarlierDecision, ...]


class Series(Frozen):
    """Incidents of one entity with the same apparent root cause, as one (Art. 8(2))."""

    id: Identifier
    entity: Identifier | None
    fingerprint: Fingerprint
    incidents: tuple[Identifier, ...]
    first_at: Instant
    last_at: Instant
    members: dict[Identifier, Digest]
    """The incidents, each with the digest of what is known of it."""
    also_major: tuple[Identifier, ...]
    """Incidents that share the root cause and are major by themselves."""
    major: Answer
    facts: CanonicalObject
    """What the incidents have done together."""
    classification: CanonicalObject
    """The evaluation of that, with its proof."""
    decided_before: Identifier | None = None
    """The entry of the decision that answers this one too."""

    @property
    def content(self) -> JsonObject:
        """What people decide about: the same series has the same content in every month."""
        return self.model_dump(mode="json", exclude={"decided_before"})

    @property
    def digest(self) -> str:
        """The digest of exactly that."""
        return digest_of(self.content)

    def is_answered_by(self, earlier: EarlierDecision) -> bool:
        """Whether an earlier decision was about all of this, and on no weaker a proposal.

        A series loses its first incidents as the months go by: people have decided about it whole.
        """
        stronger = self.major is Answer.YES and earlier.proposed is not Answer.YES
        return not stronger and self.members.items() <= earlier.members.items()

    @property
    def asks(self) -> bool:
        """Whether people have to decide: it is major, or may be, and nobody has decided before."""
        return self.major is not Answer.NO and self.decided_before is None


class EntityFinding(Frozen):
    """What came out for one entity; `exempt` is the clause that frees it from the assessment."""

    entity: Identifier | None
    exempt: Line | None
    series: tuple[Series, ...]


class RecurrenceJudgement(Frozen):
    """The whole judgement, under which policies, and the matrix for the decisions that follow."""

    inputs: RecurrenceInputs
    findings: tuple[EntityFinding, ...]
    policy: PolicyPin
    register_of_information: PolicyPin | None
    matrix: PinnedPolicy

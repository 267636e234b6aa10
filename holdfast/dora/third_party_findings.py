"""What an escalation has found that a report can use, and a field of a report that it fills."""

from __future__ import annotations

from pydantic import Field

from holdfast.domain.values import Count, Frozen, Identifier, Instant, Line

__all__ = [
    "NamedParty",
    "ReportField",
    "StatedChainOrigin",
    "SupportedFunction",
    "TemporaryAction",
    "ThirdPartyFindings",
]


class NamedParty(Frozen):
    """A party by name and code. `code_type` is `LEI` or `EUID`, or as the register has it."""

    name: Line
    code_type: Line | None = None
    code: Line | None = None


class StatedChainOrigin(Frozen):
    """Where in the chain people have stated that it began; rank 1 is the direct provider."""

    rank: int = Field(ge=1)
    party: NamedParty
    entry: Identifier


class SupportedFunction(Frozen):
    """A critical or important function that the contract supports, and the entity that has it."""

    id: Identifier
    name: Line
    entity_name: Line


class TemporaryAction(Frozen):
    """A failover or a workaround; `at` is None while it is only planned."""

    what: str
    at: Instant | None
    entry: Identifier


class ThirdPartyFindings(Frozen):
    """What one escalation has found. `notified_at` is when the provider told us by itself.

    `withdrawn` is whether nothing was asked of it any more though it had restored nothing.
    """

    escalation: Identifier
    contract: Line
    provider: NamedParty
    opened: Identifier
    notified_at: Instant | None = None
    terms: Identifier | None = None
    """The entry by which its terms were read: services, functions."""
    services: tuple[Identifier, ...] = ()
    functions: tuple[SupportedFunction, ...] = ()
    origin: StatedChainOrigin | None = None
    withdrawn: bool = False
    restored_at: Instant | None = None
    restored: Identifier | None = None
    temporary: tuple[TemporaryAction, ...] = ()
    weaknesses: tuple[Identifier, ...] = ()


class ReportField(Frozen):
    """A field of the report: its number, what the third parties say to it, on which entries.

    Choices have the words of the reports' JSON schema, instants are UTC without fractions. With
    `suggestion` the value follows from no decision or statement of people: they have to judge it.
    """

    field: Line
    name: Line
    value: bool | str | tuple[Line, ...] | None = None
    suggestion: bool = False
    because: str | None = None
    entries: tuple[Identifier, ...] = ()
    escalations: Count = 0
    """How many escalations it was made from."""

"""One version of the notification of a threat: its fields by number, and where each comes from.

What people approve is the digest of its canonical bytes. Contacts stand in it by pseudonym only.
"""

from __future__ import annotations

from typing import Literal

from holdfast.domain.roles import Actor
from holdfast.domain.threats.asking import ThreatFieldNumber
from holdfast.domain.threats.naming import ThreatId
from holdfast.domain.values import Count, Frozen, Identifier, Instant, Line, canonical_json
from holdfast.dora.report.content import FieldSource, FieldValue

__all__ = ["FORM_MEDIA_TYPE", "FilledThreatField", "ThreatContent"]

FORM_MEDIA_TYPE = "application/vnd.holdfast.threat-form+json"
"""The media type of its canonical bytes."""


class FilledThreatField(Frozen):
    """One field that has a value; `contact` names the pseudonym whose point fills it when written.

    `entry` is the entry that says it, and `by` who did.
    """

    number: ThreatFieldNumber
    value: FieldValue | None
    source: FieldSource
    because: Line | None = None
    entry: Identifier | None = None
    by: Actor | None = None
    contact: Identifier | None = None


class ThreatContent(Frozen):
    """The form as it is filled."""

    format: Literal[1] = 1
    threat: ThreatId
    entity: Identifier
    version: Count
    filled_at: Instant
    fields: tuple[FilledThreatField, ...]

    @property
    def values(self) -> dict[str, FieldValue]:
        """The values by number, without contacts."""
        return {each.number: each.value for each in self.fields if each.value is not None}

    @property
    def contacts(self) -> dict[str, str]:
        """The pseudonyms behind contact fields, by number."""
        return {each.number: each.contact for each in self.fields if each.contact is not None}

    def canonical(self) -> bytes:
        """The bytes whose digest is approved."""
        return canonical_json(self.model_dump(mode="json"))

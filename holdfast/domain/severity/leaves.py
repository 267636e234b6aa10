"""A leaf of the severity tree: the severity, the priority, and what follows from them."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import Field

from holdfast.domain.roles import Role
from holdfast.domain.schedules import LadderStep
from holdfast.domain.severity.levels import Priority, Severity
from holdfast.domain.values import Duration, Frozen, Text

__all__ = ["Leaf", "MayBeTold", "Response", "ToBeTold"]


class ToBeTold(StrEnum):
    """Whether somebody is told: always, if people decide so, or not on this account."""

    MUST = "must"
    MAY = "may"
    NO = "no"


class MayBeTold(StrEnum):
    """Whether somebody may need to be told; whether they must be is for the law, and elsewhere."""

    MAY = "may"
    NO = "no"


class Response(Frozen):
    """What follows from a severity.

    `involve` are the roles that work on it (DORA Art. 17(3)(c)); `update_every` is the response
    cadence, whole seconds, ISO 8601 in data; `ladder` escalates an update that is late;
    `management_body` as DORA Art. 17(3)(e), `clients` as Art. 19(3), `authority` as Art. 19(1).
    """

    involve: tuple[Role, ...]
    update_every: Duration
    ladder: tuple[LadderStep, ...]
    management_body: ToBeTold
    clients: MayBeTold
    authority: MayBeTold


def _absent(value: object) -> bool:
    return value is None or value == ()


class Leaf(Frozen):
    """Where a path ends: the severity, the response priority, and why in words.

    What follows after `because` is given from format 2 of the tree on: all of it, or none.
    """

    severity: Severity
    priority: Priority
    because: Text
    involve: tuple[Role, ...] = Field(default=(), exclude_if=_absent)
    update_every: Duration | None = Field(default=None, exclude_if=_absent)
    ladder: tuple[LadderStep, ...] = Field(default=(), exclude_if=_absent)
    management_body: ToBeTold | None = Field(default=None, exclude_if=_absent)
    clients: MayBeTold | None = Field(default=None, exclude_if=_absent)
    authority: MayBeTold | None = Field(default=None, exclude_if=_absent)

    @property
    def given(self) -> frozenset[str]:
        """Which of the fields of a response the leaf gives."""
        return frozenset(name for name in Response.model_fields if not _absent(getattr(self, name)))

    @property
    def response(self) -> Response | None:
        """What follows, or None for a leaf that does not say all of it (format 1)."""
        if (
            self.update_every is None
            or self.management_body is None
            or self.clients is None
            or self.authority is None
        ):
            return None
        return Response(
            involve=self.involve,
            update_every=self.update_every,
            ladder=self.ladder,
            management_body=self.management_body,
            clients=self.clients,
            authority=self.authority,
        )

    @property
    def whole_seconds(self) -> bool:
        """Whether the cadence is a whole number of seconds, at least one."""
        every = self.update_every
        return every is not None and every > timedelta(0) and every.microseconds == 0

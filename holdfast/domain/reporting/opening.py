"""With what the reporting of an entity begins, and what its incident knows of it."""

from __future__ import annotations

from pydantic import Field

from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.reporting.naming import (
    reporting_id,
    reporting_of_request,
    reporting_workflow_id,
)
from holdfast.domain.severity import Severity
from holdfast.domain.values import Count, Frozen, Identifier, Instant

__all__ = ["OpenedReporting", "ReportingOpening"]


class ReportingOpening(Frozen):
    """With what the workflow of an entity's reporting begins; `opened` is the entry that says so.

    `entity` is the financial entity by its id in the register.
    """

    incident: Identifier
    number: int
    entity: Identifier
    aware_at: Instant
    classified_at: Instant
    opened: Identifier
    policy: PinnedPolicy
    register_of_information: PolicyPin
    severity: Severity | None = None
    pace: int = Field(default=1, ge=1, exclude_if=lambda pace: pace == 1)
    """How much faster time runs in it, where it belongs to a drill."""
    drill: bool = Field(default=False, exclude_if=lambda drill: not drill)

    @property
    def id(self) -> str:
        """What entries call it."""
        return reporting_id(self.incident, self.number)

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return reporting_workflow_id(self.incident, self.number)

    def asks(self, request_id: str) -> bool:
        """Whether the reporting has put that request."""
        return reporting_of_request(request_id) == self.number

    @property
    def pin(self) -> PolicyPin:
        """The version of the policy by which it is driven."""
        return self.policy.pin


class OpenedReporting(Frozen):
    """What an incident knows of a reporting that it has opened.

    `submitted` is whether the final report has left, or a reclassification in its place: the
    incident waits for nothing more of it then.
    """

    number: Count
    entity: Identifier
    submitted: bool = False
    closed: bool = False

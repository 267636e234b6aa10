"""What a threat is handled under: the policies in force when it was recorded, and its entity."""

from __future__ import annotations

from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.reporting.policy import EntityRules, reporting_policy
from holdfast.domain.values import Frozen, Identifier
from holdfast.dora.register import LegalEntity

__all__ = ["KeptForm", "ThreatTerms", "ThreatTermsRequest"]


class ThreatTermsRequest(Frozen):
    """Of which financial entity, by its id in the register."""

    entity: Identifier


class ThreatTerms(Frozen):
    """The approval matrix, the policy `reporting` (None before there is one), and the register.

    `entity` is None where the register does not have it.
    """

    matrix: PinnedPolicy
    reporting: PinnedPolicy | None
    register_of_information: PolicyPin | None
    entity: LegalEntity | None

    @property
    def pins(self) -> tuple[PolicyPin, ...]:
        """All of them."""
        found = (
            self.matrix.pin,
            self.reporting.pin if self.reporting else None,
            self.register_of_information,
        )
        return tuple(pin for pin in found if pin is not None)

    def rules(self, entity: str) -> EntityRules | None:
        """What the policy says of that entity; None where it says nothing."""
        if self.reporting is None:
            return None
        return reporting_policy(self.reporting.content).entities.get(entity)


class KeptForm(Frozen):
    """A form that is to be kept among the artifacts, as its canonical text."""

    content: str

"""Roles and the people who exercise them, known here by pseudonyms only.

Who a pseudonym is stands in the identity table, outside of evidence, where it can be erased
without breaking a proof (GDPR Art. 17).
"""

from __future__ import annotations

from enum import StrEnum

from holdfast.domain.values import Frozen, Identifier

__all__ = ["SYSTEM", "Actor", "Role"]


class Role(StrEnum):
    """The roles of the incident process (DORA Art. 17(3)(c))."""

    RESPONDER = "responder"
    INCIDENT_COMMANDER = "incident_commander"
    COMPLIANCE = "compliance"
    LEGAL = "legal"
    MANAGEMENT_BODY = "management_body"
    VENDOR_MANAGER = "vendor_manager"
    AUDITOR = "auditor"
    ALERT_SOURCE = "alert_source"
    VENDOR = "vendor"
    """A provider, over a link that was sent to it. No token ever carries it."""
    SYSTEM = "system"
    """The process itself: clocks, policies, projections. No token ever carries it."""


class Actor(Frozen):
    """Who did something: a pseudonymous id, and the role exercised in doing it."""

    id: Identifier
    role: Role


SYSTEM = Actor(id="system", role=Role.SYSTEM)
"""The process itself."""

"""What of the course of an incident an entry can change."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Aspect"]


class Aspect(StrEnum):
    """What entries change, in words for a reason."""

    OPENING = "how the incident was opened"
    FACTS = "the facts"
    PROPOSAL = "the severity proposed"
    SEVERITY = "the severity assigned"
    EVALUATION = "the evaluation"
    CLASSIFICATION = "the classification decided"
    PHASE = "the phase"
    POLICIES = "the policies that it is pinned to"
    FIRED = "which triggers have fired"
    REQUESTS = "the decision requests"
    CLOCKS = "the clocks"
    CHECKS = "the recovery checks"
    DECLARED = "who declared the recovery"
    REVIEW = "the drafts of the review"
    COMMUNICATIONS = "the communications"
    THIRD_PARTIES = "the escalations of third parties"
    RECOVERY = "the availability of services and the continuity plans"
    REMEDIATION = "the remediation tasks"
    REPORTING = "the reports to authorities"

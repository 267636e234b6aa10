"""The names under which workflows call activities; both sides import them, neither the other."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ActivityName"]


class ActivityName(StrEnum):
    """A name stands in histories, so it is never changed."""

    APPEND_ENTRIES = "append_entries"
    ASSESS_INCIDENT = "assess_incident"
    CHECK_EVIDENCE = "check_evidence"
    ASSESS_RECURRENCE = "assess_recurrence"
    COMPOSE_DRAFT = "compose_draft"
    DELIVER_MESSAGE = "deliver_message"
    READ_NOTICES = "read_notices"
    READ_TERMS = "read_terms"
    RUN_STEP = "run_step"
    TELL_TICKET_SYSTEM = "tell_ticket_system"
    COMPUTE_DEADLINES = "compute_deadlines"
    FILL_REPORT = "fill_report"
    SUBMIT_TO_AUTHORITY = "submit_to_authority"
    READ_THREAT_TERMS = "read_threat_terms"
    KEEP_THREAT_FORM = "keep_threat_form"

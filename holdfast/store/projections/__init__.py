"""Projections: tables that people query, each a fold over the entries and nothing else.

What a projection writes may depend on the entry, its position and its recorded time only, so that
a rebuild gives the same rows, byte for byte. Of an entry whose content was disposed of, it may
depend on what is left of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.store.projections.attachments import project_attachment
from holdfast.store.projections.changes import Changes
from holdfast.store.projections.clocks import project_clock
from holdfast.store.projections.communications import project_communication
from holdfast.store.projections.cyber_threats import project_cyber_threat
from holdfast.store.projections.decisions import project_decision
from holdfast.store.projections.disposed import project_disposed
from holdfast.store.projections.holds import project_hold
from holdfast.store.projections.incidents import project_incident
from holdfast.store.projections.measured_courses import project_measured_course
from holdfast.store.projections.measured_incidents import project_measured_incident
from holdfast.store.projections.playbooks import project_playbook
from holdfast.store.projections.policies import project_policy
from holdfast.store.projections.process_documents import project_process_document
from holdfast.store.projections.receipts import project_receipt
from holdfast.store.projections.recovery import project_recovery
from holdfast.store.projections.recurrence import project_recurrence
from holdfast.store.projections.remediation import project_remediation
from holdfast.store.projections.replies import project_reply
from holdfast.store.projections.report_versions import project_report_version
from holdfast.store.projections.reporting import project_reporting
from holdfast.store.projections.reviews import project_review
from holdfast.store.projections.status_posts import project_status_post
from holdfast.store.projections.tasks import project_task
from holdfast.store.projections.third_parties import project_third_party
from holdfast.store.projections.timeline import project_timeline
from holdfast.store.projections.trainings import project_training
from holdfast.store.projections.vendor_calls import project_vendor_call
from holdfast.store.projections.vendor_clocks import project_vendor_clock
from holdfast.store.projections.vendor_statements import project_vendor_statement
from holdfast.store.stored_entry import DisposedEntry, StoredEntry

__all__ = ["project"]

_PROJECTIONS = (
    project_incident,
    project_decision,
    project_clock,
    project_timeline,
    project_receipt,
    project_attachment,
    project_hold,
    project_recurrence,
    project_policy,
    project_communication,
    project_reply,
    project_status_post,
    project_third_party,
    project_vendor_clock,
    project_vendor_statement,
    project_vendor_call,
    project_remediation,
    project_task,
    project_reporting,
    project_report_version,
    project_cyber_threat,
    project_playbook,
    project_recovery,
    project_training,
    project_process_document,
    project_measured_incident,
    project_measured_course,
    project_review,
)


def project(entries: Iterable[StoredEntry | DisposedEntry]) -> Changes:
    """Say what these entries, which come in order, change in the projections."""
    changes = Changes()
    for stored in entries:
        if isinstance(stored, DisposedEntry):
            project_disposed(changes, stored)
            continue
        for projection in _PROJECTIONS:
            projection(changes, stored)
    return changes

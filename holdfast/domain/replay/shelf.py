"""The policies that an incident was pinned to, read from their exact bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from holdfast.domain.approval_matrix import ApprovalMatrix
from holdfast.domain.escalation import EscalationPolicy
from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.playbooks.policy import PLAYBOOKS, PlaybooksPolicy, playbooks_policy
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    DORA_CLASSIFICATION,
    ESCALATION,
    RECOVERY,
    REGISTER,
    SEVERITY_TREE,
    PinnedPolicy,
    RecoveryPolicy,
    approval_matrix,
    classification_policy,
    recovery_policy,
)
from holdfast.domain.remediation.policy import remediation_policy
from holdfast.domain.replay.communication_course import CommunicationCourse
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.reading import read_pin, read_pins, read_report
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.verdicts import (
    Contradicted,
    JudgedEvent,
    KnownEntry,
    NotReplayable,
)
from holdfast.domain.reporting.policy import reporting_policy
from holdfast.domain.severity import SeverityTree
from holdfast.domain.third_party.policy import ThirdPartyPolicy, third_party_policy
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.register import Register, register_from

__all__ = ["Shelf", "pinned_digests"]

_Policy = TypeVar("_Policy", bound=BaseModel)


def pinned_digests(events: Iterable[JudgedEvent]) -> frozenset[str]:
    """The digests of all policies that these entries name: what replay needs on its shelf."""
    pins: set[PolicyPin] = set()
    for judged in events:
        if (entry := judged.known) is None:
            continue
        if entry.event.policy is not None:
            pins.add(entry.event.policy)
        with suppress(NotReplayable):
            if entry.event.kind is EventKind.INCIDENT_OPENED:
                pins.update(read_report(entry).policies)
            elif entry.event.kind is EventKind.POLICY_REPINNED:
                pins.update(read_pins(entry))
            elif entry.event.kind is EventKind.THIRD_PARTY_OPENED:
                pins.add(read_pin(entry, "register"))
    return frozenset(pin.digest for pin in pins)


class Shelf:
    """Policies by digest.

    Every reader below raises `NotReplayable` where the policy is not pinned, not at hand, other
    bytes than its digest says, or not readable by this release; and `Contradicted` where an entry
    names another version than the one that the incident is pinned to.
    """

    def __init__(self, contents: Mapping[str, str]) -> None:
        """Take the contents by digest (`sha256:…` of their UTF-8 bytes)."""
        self._contents = contents

    def severity_tree(self, course: Course, entry: KnownEntry) -> SeverityTree:
        """The severity tree of the incident."""
        return self._policy(SEVERITY_TREE, course, entry, SeverityTree.model_validate_json)[1]

    def escalation(self, course: Course, entry: KnownEntry) -> EscalationPolicy:
        """The escalation policy of the incident."""
        return self._policy(ESCALATION, course, entry, EscalationPolicy.model_validate_json)[1]

    def recovery(self, course: Course, entry: KnownEntry) -> RecoveryPolicy:
        """The recovery policy of the incident."""
        return self._policy(RECOVERY, course, entry, recovery_policy)[1]

    def playbooks(self, course: Course, entry: KnownEntry) -> tuple[PolicyPin, PlaybooksPolicy]:
        """The playbooks of the incident, and their pin."""
        return self._policy(PLAYBOOKS, course, entry, playbooks_policy)

    def approval_matrix(
        self, course: Course, entry: KnownEntry, request_id: str
    ) -> tuple[PolicyPin, ApprovalMatrix]:
        """The approval matrix under which that request was put, and its pin.

        It is the incident's, or that under which a communication or an escalation was opened.
        """
        if (escalation := course.escalation_behind(request_id)) is not None:
            policy = self.matrix_of_escalation(escalation, entry.event.policy)
            return policy.pin, approval_matrix(policy.content)
        task = next((t for t in course.tasks.values() if t.opening.asks(request_id)), None)
        if task is not None:
            policy = self.matrix_under(task.pinned, task.opening.id, entry.event.policy)
            return policy.pin, approval_matrix(policy.content)
        communication = course.communication_behind(request_id)
        if communication is None:
            return self._policy(APPROVAL_MATRIX, course, entry, approval_matrix)
        policy = self.matrix_of(communication, entry)
        return policy.pin, approval_matrix(policy.content)

    def matrix_of_escalation(
        self, escalation: EscalationCourse, said: PolicyPin | None = None
    ) -> PinnedPolicy:
        """The approval matrix under which an escalation was opened; `said` is what an entry names.

        Without the opening of the incident, the entry's own word is all there is.
        """
        return self.matrix_under(escalation.pinned, escalation.opening.id, said)

    def matrix_under(
        self, pinned: PolicyPin | None, called: str, said: PolicyPin | None = None
    ) -> PinnedPolicy:
        """The approval matrix under which that was opened; `said` is what an entry names."""
        pin = pinned or said
        if pin is None:
            message = f"no entry at hand says under which approval matrix {called} was opened"
            raise NotReplayable(message)
        if said is not None and said != pin:
            message = (
                f"{called} was opened under {pin.name} {pin.version} ({pin.digest}), "
                f"not under {said.version} ({said.digest})"
            )
            raise Contradicted(message)
        self._content(pin, approval_matrix)
        return PinnedPolicy.model_construct(pin=pin, content=self._contents[pin.digest])

    def remediation(self, pin: PolicyPin) -> PinnedPolicy:
        """How remediation is driven, by the policy of that pin."""
        self._content(pin, remediation_policy)
        return PinnedPolicy.model_construct(pin=pin, content=self._contents[pin.digest])

    def reporting(self, pin: PolicyPin) -> PinnedPolicy:
        """How reports are driven, by the policy of that pin."""
        self._content(pin, reporting_policy)
        return PinnedPolicy.model_construct(pin=pin, content=self._contents[pin.digest])

    def named_register(self, pin: PolicyPin) -> Register:
        """The register of that pin."""
        return self._content(pin, register_from)

    def third_parties(self, pin: PolicyPin) -> ThirdPartyPolicy:
        """How providers are held to their contracts, by the policy of that pin."""
        return self._content(pin, third_party_policy)

    def matrix_of(self, communication: CommunicationCourse, entry: KnownEntry) -> PinnedPolicy:
        """The approval matrix under which a communication was opened; it says who signs off."""
        pin, said = communication.matrix, entry.event.policy
        for other in (said, communication.pinned):
            if other is not None and other != pin:
                message = (
                    f"{communication.opening.id} was opened under {pin.name} {pin.version}"
                    f" ({pin.digest}), not under {other.version} ({other.digest})"
                )
                raise Contradicted(message)
        matrix = self._content(pin, approval_matrix)
        if communication.opening.audience not in matrix.communications:
            message = f"{pin.name} {pin.version} says nothing of communications"
            raise Contradicted(message)
        # That the bytes are those of the pin was just seen; they need not be hashed again.
        return PinnedPolicy.model_construct(pin=pin, content=self._contents[pin.digest])

    def classification(self, course: Course, entry: KnownEntry) -> ClassificationPolicy:
        """The classification policy of the incident."""
        return self._policy(DORA_CLASSIFICATION, course, entry, classification_policy)[1]

    def register(self, course: Course) -> Register | None:
        """The register of the incident; None where it was opened before there was one."""
        pin = course.pin(REGISTER)
        return self._content(pin, register_from) if pin else None

    def _policy(
        self, name: str, course: Course, entry: KnownEntry, read: Callable[[str], _Policy]
    ) -> tuple[PolicyPin, _Policy]:
        pin = _pin(name, course, entry)
        return pin, self._content(pin, read)

    def _content(self, pin: PolicyPin, read: Callable[[str], _Policy]) -> _Policy:
        content = self._contents.get(pin.digest)
        if content is None:
            message = f"policy {pin.name} {pin.version} ({pin.digest}) is not at hand"
            raise NotReplayable(message)
        if f"sha256:{hashlib.sha256(content.encode()).hexdigest()}" != pin.digest:
            message = f"what is given as policy {pin.name} {pin.version} is not {pin.digest}"
            raise NotReplayable(message)
        try:
            return read(content)
        except ValidationError as error:
            message = f"policy {pin.name} {pin.version} is not readable by this release"
            raise NotReplayable(message) from error


def _pin(name: str, course: Course, entry: KnownEntry) -> PolicyPin:
    said = entry.event.policy
    # Without the opening, the entry's own word is all there is; with it, both must agree.
    pinned = course.pin(name) if course.opening else said
    if pinned is None:
        course.begun()
        message = f"the incident is pinned to no policy {name}"
        raise NotReplayable(message)
    if said is not None and said != pinned:
        message = (
            f"it was judged under {said.name} {said.version} ({said.digest}), "
            f"but the incident is pinned to {pinned.name} {pinned.version} ({pinned.digest})"
        )
        raise Contradicted(message)
    return pinned

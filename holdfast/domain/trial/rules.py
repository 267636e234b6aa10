"""The policies under which a past incident is judged: those it was pinned to, or the candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import cast

from pydantic import BaseModel, ValidationError

from holdfast.domain.approval_matrix import ApprovalMatrix
from holdfast.domain.clocks import Clocks
from holdfast.domain.escalation import EscalationPolicy, Firing
from holdfast.domain.events import Event, PolicyPin
from holdfast.domain.incident.following import arm_update, telling_of
from holdfast.domain.incident.response import arm_review
from holdfast.domain.incident.triage import arm_containment
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    DORA_CLASSIFICATION,
    ESCALATION,
    RECOVERY,
    REGISTER,
    SEVERITY_TREE,
    RecoveryPolicy,
)
from holdfast.domain.severity import Priority, Response, Severity, SeverityTree
from holdfast.domain.trial.candidates import READERS, Candidate
from holdfast.domain.trial.past import NotTriable
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.register import Register

__all__ = ["Rules", "Shelf"]

_OPTIONAL = frozenset({DORA_CLASSIFICATION, REGISTER})
"""Incidents that began before there were such policies are pinned to none."""

_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


class Rules:
    """The policies of one incident at one time, read; deadlines by them as lengths of time.

    `matrix_as_pinned` is the one by which the recorded questions were put.
    """

    def __init__(
        self, policies: Mapping[str, BaseModel], matrix_as_pinned: ApprovalMatrix | None
    ) -> None:
        """Take the policies by name."""
        self._policies = policies
        self.matrix_as_pinned = matrix_as_pinned
        self._following: dict[tuple[Severity, Priority], _Following | None] = {}

    @property
    def escalation(self) -> EscalationPolicy:
        """The escalation policy."""
        return cast("EscalationPolicy", self._policies[ESCALATION])

    @property
    def register(self) -> Register | None:
        """The register, where there is one."""
        return cast("Register | None", self._policies.get(REGISTER))

    @property
    def tree(self) -> SeverityTree:
        """The severity tree."""
        return cast("SeverityTree", self._policies[SEVERITY_TREE])

    @property
    def classification(self) -> ClassificationPolicy | None:
        """The limits of classification, where there are any."""
        return cast("ClassificationPolicy | None", self._policies.get(DORA_CLASSIFICATION))

    @property
    def matrix(self) -> ApprovalMatrix:
        """The approval matrix."""
        return cast("ApprovalMatrix", self._policies[APPROVAL_MATRIX])

    @cached_property
    def containment_within(self) -> timedelta:
        """How long containment may take."""
        recovery = cast("RecoveryPolicy", self._policies[RECOVERY])
        return arm_containment(_nobody_listens(), recovery, _SOME_DAY, "any").due_at - _SOME_DAY

    @cached_property
    def review_within(self) -> timedelta:
        """How long the review may take."""
        recovery = cast("RecoveryPolicy", self._policies[RECOVERY])
        return arm_review(_nobody_listens(), recovery, _SOME_DAY, "any").due_at - _SOME_DAY

    def update_within(self, severity: Severity, priority: Priority) -> timedelta | None:
        """How often an update is due; None where the tree does not say."""
        following = self._follow(severity, priority)
        return following.update_within if following else None

    def telling(self, severity: Severity, priority: Priority) -> Firing | None:
        """That the management body must be told, where the tree says so."""
        following = self._follow(severity, priority)
        return following.telling if following else None

    def _follow(self, severity: Severity, priority: Priority) -> _Following | None:
        key = severity, priority
        if key not in self._following:
            response = self.tree.response_for(severity, priority)
            self._following[key] = None if response is None else _following(severity, response)
        return self._following[key]


@dataclass(frozen=True, slots=True)
class _Following:
    """What follows from a severity, in short."""

    update_within: timedelta
    telling: Firing | None


def _following(severity: Severity, response: Response) -> _Following:
    updates = arm_update(_nobody_listens(), response, _SOME_DAY, "any")
    return _Following(updates.due_at - _SOME_DAY, telling_of(severity, response))


class Shelf:
    """Policies by digest, each read once."""

    def __init__(self, contents: Mapping[str, str | None]) -> None:
        """Take the contents by digest; None is what is not at hand any more."""
        self._contents = contents
        self._read: dict[str, BaseModel] = {}
        self._rules: dict[tuple[str | None, ...], Rules] = {}

    def rules(
        self, pins: Mapping[str, PolicyPin], needs: tuple[str, ...], candidate: Candidate | None
    ) -> Rules:
        """The rules of an incident with these pins, the candidate in the place of its policy.

        Raises:
            NotTriable: a policy is not pinned, not at hand, or not readable by this release.
        """
        key = (
            candidate.pin.digest if candidate else None,
            *(pins[name].digest if name in pins else None for name in needs),
        )
        if key not in self._rules:
            self._rules[key] = self._gather(pins, needs, candidate)
        return self._rules[key]

    def _gather(
        self, pins: Mapping[str, PolicyPin], needs: tuple[str, ...], candidate: Candidate | None
    ) -> Rules:
        policies = {
            name: self._policy(pins, name)
            for name in needs
            if name in pins or name not in _OPTIONAL
        }
        matrix = cast("ApprovalMatrix | None", policies.get(APPROVAL_MATRIX))
        if candidate is not None:
            policies[candidate.pin.name] = candidate.policy
        return Rules(policies, matrix)

    def _policy(self, pins: Mapping[str, PolicyPin], name: str) -> BaseModel:
        pin = pins.get(name)
        if pin is None:
            message = f"it is pinned to no policy {name}"
            raise NotTriable(message)
        if pin.digest not in self._read:
            self._read[pin.digest] = self._read_content(name, pin)
        return self._read[pin.digest]

    def _read_content(self, name: str, pin: PolicyPin) -> BaseModel:
        content = self._contents.get(pin.digest)
        if content is None:
            message = f"policy {name} {pin.version} ({pin.digest}) is not at hand"
            raise NotTriable(message)
        try:
            return READERS[name](content)
        except ValidationError as error:
            message = f"policy {name} {pin.version} is not readable by this release"
            raise NotTriable(message) from error


def _nobody_listens() -> Clocks:
    return Clocks({}, _unheard)


def _unheard(event: Event) -> str:  # noqa: ARG001 - the shape of a journal
    return "unheard"

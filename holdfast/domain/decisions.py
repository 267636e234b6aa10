"""A decision: a question put to people about exactly which bytes, until when, with one outcome.

`weigh` is the whole rule, pure: it says for a request and an answer whether the answer is refused
and why, or accepted, and whether it settles the matter. `decision_desk` keeps the requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from holdfast.domain.approval_matrix import Bypass, DataField, DecisionKind, Option
from holdfast.domain.events import Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor, Role
from holdfast.domain.separation_of_duties import is_self_approval
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Answer
from holdfast.domain.values import Frozen, Identifier, Instant, JsonObject, Line, Token, digest_of

__all__ = ["DecisionRequest", "DecisionState", "GivenAnswer", "Weighed", "weigh"]


class DecisionState(StrEnum):
    """How a request stands; only an open one can be answered."""

    OPEN = "open"
    DECIDED = "decided"
    VOIDED = "voided"


class GivenAnswer(Frozen):
    """An accepted answer."""

    actor: Actor
    option: Token
    data: JsonObject
    exception_code: Identifier | None = None

    @property
    def vote(self) -> str:
        """Answers with the same vote count together: same option, same data."""
        return f"{self.option}:{digest_of(self.data)}"


class DecisionRequest(Frozen):
    """A question that has been put; everything that decides about an answer is in it."""

    id: Identifier
    kind: DecisionKind
    question: Line
    subject: Subject
    authors: tuple[Identifier, ...]
    roles: tuple[Role, ...]
    options: dict[Token, Option]
    bypass: Bypass | None
    due_at: Instant
    only_by_exception: tuple[Token, ...] = Field(default=(), exclude_if=lambda only: not only)
    """Options that nobody can choose without an exception code."""
    state: DecisionState = DecisionState.OPEN
    answers: tuple[GivenAnswer, ...] = ()
    outcome: Token | None = None

    @property
    def clock_id(self) -> str:
        """The id of the clock that runs for it."""
        return f"decision/{self.id}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """An accepted answer: the request with it, and whether that settles the decision."""

    request: DecisionRequest
    given: GivenAnswer
    settles: bool
    bypasses: bool


def weigh(
    request: DecisionRequest, answer: Answer, actor: Actor, entitled: frozenset[Role]
) -> Weighed | Refusal:
    """Say what an answer does to a request.

    `entitled` are roles that may decide besides those of the rule, because the escalation ladder
    has reached them. An answer with an exception code settles alone where the rule's bypass allows
    the code, the role and the option; nothing lifts the separation of duties.
    """
    if refusal := _refuse(request, answer, actor, entitled):
        return refusal
    given = GivenAnswer(
        actor=actor, option=answer.option, data=answer.data, exception_code=answer.exception_code
    )
    answers = (*request.answers, given)
    agreeing = sum(earlier.vote == given.vote for earlier in answers)
    bypasses = answer.exception_code is not None
    settles = bypasses or agreeing >= request.options[answer.option].quorum
    update: dict[str, object] = {"answers": answers}
    if settles:
        update |= {"state": DecisionState.DECIDED, "outcome": answer.option}
    return Weighed(request.model_copy(update=update), given, settles, bypasses)


def _refuse(
    request: DecisionRequest, answer: Answer, actor: Actor, entitled: frozenset[Role]
) -> Refusal | None:
    return (
        _refuse_as_closed(request)
        or _refuse_subject(request, answer)
        or _refuse_person(request, actor)
        or _refuse_content(request, answer)
        or _refuse_role(request, answer, actor, entitled)
    )


def _refuse_as_closed(request: DecisionRequest) -> Refusal | None:
    if request.state is DecisionState.OPEN:
        return None
    return Refusal(RefusalReason.DECISION_NOT_OPEN, f"{request.id} is {request.state}")


def _refuse_subject(request: DecisionRequest, answer: Answer) -> Refusal | None:
    if answer.subject_digest == request.subject.digest:
        return None
    return Refusal(
        RefusalReason.STALE_DIGEST,
        f"{request.id} is about {request.subject.digest}, not {answer.subject_digest}",
    )


def _refuse_person(request: DecisionRequest, actor: Actor) -> Refusal | None:
    if is_self_approval(actor.id, request.authors):
        return Refusal(
            RefusalReason.SELF_APPROVAL,
            f"{actor.id} drafted or asked for the subject of {request.id}",
        )
    if any(given.actor.id == actor.id for given in request.answers):
        return Refusal(RefusalReason.ALREADY_ANSWERED, f"{actor.id} has answered {request.id}")
    return None


def _refuse_content(request: DecisionRequest, answer: Answer) -> Refusal | None:
    option = request.options.get(answer.option)
    if option is None:
        known = ", ".join(request.options)
        return Refusal(RefusalReason.UNKNOWN_OPTION, f"'{answer.option}' is none of {known}")
    needs_rationale = option.rationale_required or answer.exception_code is not None
    if needs_rationale and answer.rationale is None:
        return Refusal(RefusalReason.RATIONALE_REQUIRED, f"'{answer.option}' needs a rationale")
    return _refuse_data(option, answer)


def _refuse_data(option: Option, answer: Answer) -> Refusal | None:
    if set(answer.data) != set(option.data):
        wanted = ", ".join(option.data) or "nothing"
        return Refusal(RefusalReason.DATA_INVALID, f"'{answer.option}' carries {wanted} in data")
    severity = answer.data.get(DataField.SEVERITY)
    # A list or an object is as wrong as a wrong word, but cannot even be looked for in a set.
    if DataField.SEVERITY in option.data and severity not in list(Severity):
        return Refusal(RefusalReason.DATA_INVALID, f"severity is one of {', '.join(Severity)}")
    duplicate_of = answer.data.get(DataField.DUPLICATE_OF)
    if DataField.DUPLICATE_OF in option.data and not _is_incident_id(duplicate_of):
        return Refusal(RefusalReason.DATA_INVALID, "duplicate_of is the id of an incident")
    major = answer.data.get(DataField.MAJOR)
    if DataField.MAJOR in option.data and not isinstance(major, bool):
        return Refusal(RefusalReason.DATA_INVALID, "major is true or false")
    return None


def _is_incident_id(value: object) -> bool:
    return isinstance(value, str) and value.startswith("INC-") and len(value) <= 40  # noqa: PLR2004


def _refuse_role(
    request: DecisionRequest, answer: Answer, actor: Actor, entitled: frozenset[Role]
) -> Refusal | None:
    if answer.exception_code is not None:
        return _refuse_bypass(request.bypass, answer, actor)
    if answer.option in request.only_by_exception:
        detail = f"'{answer.option}' of {request.id} is possible with an exception code only"
        return Refusal(RefusalReason.EXCEPTION_REQUIRED, detail)
    if actor.role in request.roles or actor.role in entitled:
        return None
    roles = ", ".join(request.roles)
    return Refusal(RefusalReason.ROLE_NOT_ENTITLED, f"{request.id} is for {roles}")


def _refuse_bypass(bypass: Bypass | None, answer: Answer, actor: Actor) -> Refusal | None:
    allowed = (
        bypass is not None
        and answer.exception_code in bypass.codes
        and actor.role in bypass.roles
        and answer.option in bypass.options
    )
    if allowed:
        return None
    return Refusal(
        RefusalReason.EXCEPTION_NOT_ALLOWED,
        f"the approval matrix does not let {actor.role} use {answer.exception_code}"
        f" for '{answer.option}' here",
    )

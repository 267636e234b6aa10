"""Every problem that the API answers with: its code, HTTP status, title, and what to do next.

Codes are stable. Those of refusals are the same that stand in receipts and in evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from holdfast.domain.refusals import RefusalReason

__all__ = ["PROBLEMS", "DoorCode", "ProblemKind"]


class DoorCode(StrEnum):
    """Codes of what goes wrong at the door itself, before any rule of the process is asked."""

    INVALID_JSON = "invalid_json"
    BAD_REQUEST = "bad_request"
    BODY_TOO_LARGE = "body_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    INVALID_INPUT = "invalid_input"
    UNAUTHENTICATED = "unauthenticated"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CONFLICT = "conflict"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    DIGEST_MISMATCH = "digest_mismatch"
    DISPOSED = "disposed"
    INCIDENT_NOT_CLOSED = "incident_not_closed"
    RETENTION_RUNNING = "retention_running"
    HOLD_STANDS = "hold_stands"
    DISPOSAL_REFUSED = "disposal_refused"
    CONTENT_DAMAGED = "content_damaged"
    NOT_PUBLISHED_YET = "not_published_yet"
    EXPORT_WAITS = "export_waits"
    PERSONAL_DATA_ERASED = "personal_data_erased"
    INVALID_POLICY = "invalid_policy"
    VERSION_TAKEN = "version_taken"
    UNTRIABLE = "untriable"
    NOT_TRIED = "not_tried"
    ALREADY_PUBLISHED = "already_published"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem."""

    status: HTTPStatus
    title: str
    next: str


_BAD = HTTPStatus.BAD_REQUEST
_FORBIDDEN = HTTPStatus.FORBIDDEN
_MISSING = HTTPStatus.NOT_FOUND
_CONFLICT = HTTPStatus.CONFLICT
_CONTENT = HTTPStatus.UNPROCESSABLE_ENTITY

_DOOR: dict[DoorCode, ProblemKind] = {
    DoorCode.INVALID_JSON: ProblemKind(
        _BAD, "The body is not strict JSON", "Send UTF-8 I-JSON (RFC 7493) that says one thing."
    ),
    DoorCode.BAD_REQUEST: ProblemKind(_BAD, "The request cannot be read", "Correct the request."),
    DoorCode.BODY_TOO_LARGE: ProblemKind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The body is too large",
        "Send at most as many bytes as `most_bytes` says.",
    ),
    DoorCode.UNSUPPORTED_MEDIA_TYPE: ProblemKind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body has another media type",
        "Send `Content-Type: application/json`, not compressed.",
    ),
    DoorCode.INVALID_INPUT: ProblemKind(
        _CONTENT, "The request has wrong content", "Correct what `errors` points at."
    ),
    DoorCode.UNAUTHENTICATED: ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "No valid access token",
        "Send `Authorization: Bearer <token>` with a token of this installation.",
    ),
    DoorCode.NOT_ALLOWED: ProblemKind(
        _FORBIDDEN, "Your role may not do this", "Ask somebody with one of the roles in `roles`."
    ),
    DoorCode.NOT_FOUND: ProblemKind(
        _MISSING,
        "There is no such thing",
        "Check the id; an incident just reported appears once its report has its receipt.",
    ),
    DoorCode.METHOD_NOT_ALLOWED: ProblemKind(
        HTTPStatus.METHOD_NOT_ALLOWED, "The method is not offered here", "See the API's document."
    ),
    DoorCode.CONFLICT: ProblemKind(
        _CONFLICT, "It contradicts what stands", "Read the present state, then decide again."
    ),
    DoorCode.IDEMPOTENCY_KEY_REUSED: ProblemKind(
        _CONFLICT, "The idempotency key was used for something else", "Choose a new key."
    ),
    DoorCode.DIGEST_MISMATCH: ProblemKind(
        _CONTENT,
        "The content is not what its digest says",
        "Nothing was kept. Send it again, whole, or correct the digest.",
    ),
    DoorCode.DISPOSED: ProblemKind(
        HTTPStatus.GONE,
        "The content was disposed of",
        "The evidence says who decided that, when, and under which policy.",
    ),
    DoorCode.INCIDENT_NOT_CLOSED: ProblemKind(
        _CONFLICT, "The incident is not closed", "Propose it once the incident has ended."
    ),
    DoorCode.RETENTION_RUNNING: ProblemKind(
        _CONFLICT, "The content has to be kept still", "Propose it again after `kept_until`."
    ),
    DoorCode.HOLD_STANDS: ProblemKind(
        _CONFLICT, "A hold keeps the content", "Let the holds in `holds` be lifted first."
    ),
    DoorCode.DISPOSAL_REFUSED: ProblemKind(
        _CONFLICT,
        "It cannot be disposed of as it stands",
        "Nothing has changed. Read `detail`, and ask again once that is settled.",
    ),
    DoorCode.CONTENT_DAMAGED: ProblemKind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The stored content is not what was taken in",
        "Nothing of it was sent. Tell the operator: the evidence has to be checked.",
    ),
    DoorCode.EXPORT_WAITS: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The export is recorded, and not in the log yet",
        "Ask again with `manifest` set to `entry_id`; see whether the sequencer runs.",
    ),
    DoorCode.NOT_PUBLISHED_YET: ProblemKind(
        _CONFLICT,
        "It is recorded, and not in the log yet",
        "Ask again after `Retry-After`; if it stays so, see whether the sequencer runs.",
    ),
    DoorCode.PERSONAL_DATA_ERASED: ProblemKind(
        HTTPStatus.GONE,
        "The personal data were erased",
        "Nobody can read them any more; the evidence says when and on which legal basis.",
    ),
    DoorCode.INVALID_POLICY: ProblemKind(
        _CONTENT,
        "The policy is refused",
        "Nothing was kept. Correct what `errors` points at, of YAML by line.",
    ),
    DoorCode.VERSION_TAKEN: ProblemKind(
        _CONFLICT,
        "The version stands already",
        "Give the document a version of its own; a draft of this content waits to be published.",
    ),
    DoorCode.UNTRIABLE: ProblemKind(
        _CONTENT,
        "The past cannot say anything about it",
        "Publish it without a trial: it judges nothing about incidents.",
    ),
    DoorCode.NOT_TRIED: ProblemKind(
        _CONFLICT,
        "The draft was not tried on the past",
        "Let it be tried first, and look at what would change.",
    ),
    DoorCode.ALREADY_PUBLISHED: ProblemKind(
        _CONFLICT,
        "The version was published before",
        "Read it; what should be otherwise is a new version.",
    ),
    DoorCode.UNAVAILABLE: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "A part of the platform does not answer",
        "Nothing has changed. Send the same request again, with the same id.",
    ),
    DoorCode.INTERNAL: ProblemKind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "A defect of this software",
        "Report it with the trace id; whether anything changed is in the timeline.",
    ),
}

_REFUSALS: dict[RefusalReason, ProblemKind] = {
    RefusalReason.MALFORMED: ProblemKind(_CONTENT, "It cannot be read", "Correct the content."),
    RefusalReason.BAD_SIGNATURE: ProblemKind(
        _FORBIDDEN, "The signature is not this API's", "Send it through this API."
    ),
    RefusalReason.WRONG_ADDRESS: ProblemKind(
        _CONFLICT, "It is addressed to another incident", "Send it to the right incident."
    ),
    RefusalReason.INCIDENT_NOT_OPEN: ProblemKind(
        _CONFLICT, "The incident is not open", "Nothing can be added to it any more."
    ),
    RefusalReason.ALREADY_OPEN: ProblemKind(
        _CONFLICT, "The incident is open already", "Add to it instead of opening it."
    ),
    RefusalReason.UNKNOWN_REQUEST: ProblemKind(
        _MISSING, "There is no such decision request", "List the decisions of the incident."
    ),
    RefusalReason.DECISION_NOT_OPEN: ProblemKind(
        _CONFLICT, "The decision is settled or voided", "Read it; a new request may stand instead."
    ),
    RefusalReason.STALE_DIGEST: ProblemKind(
        _CONFLICT,
        "The subject is not the one you decided on",
        "Read the decision again, look at what changed, and decide with its digest.",
    ),
    RefusalReason.SELF_APPROVAL: ProblemKind(
        _FORBIDDEN,
        "Nobody decides on what they drafted or asked for",
        "Let somebody else decide. No role and no exception code changes this.",
    ),
    RefusalReason.ALREADY_ANSWERED: ProblemKind(
        _CONFLICT, "You have answered already", "Another person has to answer."
    ),
    RefusalReason.ROLE_NOT_ENTITLED: ProblemKind(
        _FORBIDDEN, "Your role may not decide this", "Ask somebody with one of the roles named."
    ),
    RefusalReason.UNKNOWN_OPTION: ProblemKind(
        _CONTENT, "There is no such option", "Choose one of the request's options."
    ),
    RefusalReason.RATIONALE_REQUIRED: ProblemKind(
        _CONTENT, "A rationale is required", "Say why, in `rationale`."
    ),
    RefusalReason.DATA_INVALID: ProblemKind(
        _CONTENT, "The data do not fit the option", "Give exactly the data that the option names."
    ),
    RefusalReason.EXCEPTION_NOT_ALLOWED: ProblemKind(
        _FORBIDDEN,
        "The approval matrix does not allow this exception",
        "Decide without the code, or let a role decide for which the matrix allows it.",
    ),
    RefusalReason.UNKNOWN_ACTION: ProblemKind(
        _MISSING, "There is no such action", "Read the incident's actions."
    ),
    RefusalReason.ACTION_NOT_APPROVED: ProblemKind(
        _CONFLICT, "The action is not approved", "Have it approved first."
    ),
    RefusalReason.UNKNOWN_CHECK: ProblemKind(
        _MISSING, "There is no such check", "Use a check of the incident's recovery policy."
    ),
    RefusalReason.CHECKS_UNFINISHED: ProblemKind(
        _CONFLICT, "Checks are unfinished", "Let every check pass, or waive it with a reason."
    ),
    RefusalReason.WRONG_PHASE: ProblemKind(
        _CONFLICT, "The incident is in another phase", "Read the incident's phase."
    ),
    RefusalReason.DECISIONS_PENDING: ProblemKind(
        _CONFLICT, "Decisions are pending", "Settle them first."
    ),
    RefusalReason.NOTHING_TO_RECONSIDER: ProblemKind(
        _CONFLICT, "Nothing is proposed yet", "Ask again once there is a first proposal."
    ),
    RefusalReason.FACTS_CONTRADICT: ProblemKind(
        _CONTENT, "Facts contradict each other", "Correct the fact that `detail` begins with."
    ),
    RefusalReason.NOTIFICATION_NOT_DUE: ProblemKind(
        HTTPStatus.CONFLICT,
        "No notification is due",
        "It follows from the classification as major.",
    ),
    RefusalReason.ALREADY_PINNED: ProblemKind(
        _CONFLICT, "It goes by these versions already", "Ask for other versions."
    ),
    RefusalReason.NO_COMMUNICATION_RULES: ProblemKind(
        _CONFLICT,
        "The incident has no rules for communications",
        "Let it go on under an approval matrix with rules for this audience, then ask again.",
    ),
    RefusalReason.UNKNOWN_COMMUNICATION: ProblemKind(
        _MISSING, "There is no such communication", "List the communications of the incident."
    ),
    RefusalReason.WRONG_STAGE: ProblemKind(
        _CONFLICT,
        "The communication is at another stage",
        "Read it; what was published is corrected by a new communication, never changed.",
    ),
    RefusalReason.DRAFT_INCOMPLETE: ProblemKind(
        _CONFLICT, "The draft lacks values", "State what `detail` names, in a new version."
    ),
    RefusalReason.NOTHING_CHANGED: ProblemKind(
        _CONFLICT, "The draft is the one that stands", "Hand it in as it is, or change something."
    ),
    RefusalReason.COMMUNICATIONS_PENDING: ProblemKind(
        _CONFLICT, "Communications are pending", "Let each be published or cancelled first."
    ),
    RefusalReason.SUBMISSION_ID_REUSED: ProblemKind(
        _CONFLICT, "The id was used for something else", "Choose a new id."
    ),
}

PROBLEMS: dict[str, ProblemKind] = {
    **{str(code): kind for code, kind in _DOOR.items()},
    **{str(reason): kind for reason, kind in _REFUSALS.items()},
}
"""All kinds, by code."""

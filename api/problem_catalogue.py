"""Every problem that the API answers with: its code, HTTP status, title, and what to do next.

Codes are stable. Those of refusals are the same that stand in receipts and in evidence.
"""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

from api.problem_kind import ProblemKind
from api.refusal_problems import REFUSALS

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
    NOT_APPROVED = "not_approved"
    ALREADY_APPROVED = "already_approved"
    NOT_PUBLISHED = "not_published"
    VERSION_NOT_LATER = "version_not_later"
    KIND_CHANGED = "kind_changed"
    LINK_NOT_VALID = "link_not_valid"
    WEBHOOK_NOT_GENUINE = "webhook_not_genuine"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


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
    DoorCode.NOT_APPROVED: ProblemKind(
        _CONFLICT,
        "Nobody has approved the version",
        "Let somebody else than its drafter approve it first.",
    ),
    DoorCode.ALREADY_APPROVED: ProblemKind(
        _CONFLICT, "The version was approved before", "Read it; publish it, or draft a later one."
    ),
    DoorCode.NOT_PUBLISHED: ProblemKind(
        _CONFLICT, "The version is not published", "Acknowledge it once it is."
    ),
    DoorCode.VERSION_NOT_LATER: ProblemKind(
        _CONFLICT,
        "A version that is as late or later stands",
        "Give the document a version that is later than the one in `version`.",
    ),
    DoorCode.KIND_CHANGED: ProblemKind(
        _CONFLICT, "The document is of another kind", "Give a document of another kind another id."
    ),
    DoorCode.LINK_NOT_VALID: ProblemKind(
        _MISSING, "The link is not valid", "Answer the message with the link: ask for a new one."
    ),
    DoorCode.WEBHOOK_NOT_GENUINE: ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "The webhook is not genuine",
        "Sign the exact bytes with the secret of this installation, and send them at once.",
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

PROBLEMS: dict[str, ProblemKind] = {
    **{str(code): kind for code, kind in _DOOR.items()},
    **{str(reason): kind for reason, kind in REFUSALS.items()},
}
"""All kinds, by code."""

"""Communications and replies in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from holdfast.domain.communication.delivering import Outcome
from holdfast.domain.communication.kinds import Stage
from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["COMMUNICATION_SENTENCES", "outcome_in_words"]

_SHORT_DIGEST = len("sha256:") + 12


def outcome_in_words(report: JsonObject) -> str:
    """Say what became of a delivery: numbers of recipients by outcome, and why not."""
    counted = [f"{report[outcome]} {outcome}" for outcome in Outcome if report[outcome]]
    because = f" ({report['because']})" if report["because"] else ""
    return (", ".join(counted) or "nobody reached") + because


def _opened(_: Event, payload: JsonObject) -> str:
    corrects = payload["supersedes"]
    correction = f", correcting communication {corrects}" if corrects is not None else ""
    purpose, audience = _words(payload["purpose"]), _words(payload["audience"])
    said = payload["comment"] or (payload["wish"] or {}).get("because")
    why = f": {said}" if said else ""
    return f"{_name(payload)} opened: {purpose} to {audience}{correction}{why}"


def _drafted(_: Event, payload: JsonObject) -> str:
    draft = payload["draft"]
    missing = f"; missing: {', '.join(draft['missing'])}" if draft["missing"] else ""
    comment = f": {payload['comment']}" if payload["comment"] else ""
    languages = ", ".join(draft["languages"])
    return (
        f"{_version(payload)} drafted ({languages}; {_short(draft['message'])}{missing})"
        f", '{draft['subject']}'{comment}"
    )


def _submitted(_: Event, payload: JsonObject) -> str:
    if payload["standing"]:
        return f"{_version(payload)} handed in; its approval stands by the matrix"
    reviewers = f"review by {_roles(payload['reviewers'])}, then " if payload["reviewers"] else ""
    return (
        f"{_version(payload)} handed in for {reviewers}approval by {_roles(payload['approvers'])}"
    )


def _cleared(_: Event, payload: JsonObject) -> str:
    by = f"cleared by {_people(payload['by'])}" if payload["by"] else "needs no review"
    return f"{_version(payload)} {by} ({_short(payload['message'])})"


def _returned(_: Event, payload: JsonObject) -> str:
    who = f"{_words(payload['by']['role'])} {payload['by']['id']}"
    comments = payload["comments"] or "no comment"
    return f"{_version(payload)} given back in {payload['of']} by {who}: {comments}"


def _approved(_: Event, payload: JsonObject) -> str:
    people = f"by {_people(payload['by'])}"
    by = "by the matrix, without anybody being asked" if payload["standing"] else people
    leaves = {
        "on_approval": "leaves now",
        "on_command": "leaves when somebody says so",
        "at": f"leaves at {_minute(payload['publish_at'])}" if payload["publish_at"] else "leaves",
    }[payload["when"]]
    return f"{_version(payload)} approved {by} ({_short(payload['message'])}); {leaves}"


def _released(_: Event, payload: JsonObject) -> str:
    ways = ", ".join(
        f"{each['group']} by {each['channel']} ({each['language']}, {each['count']})"
        for each in payload["deliveries"]
    )
    return f"{_version(payload)} released to {ways}"


def _delivered(_: Event, payload: JsonObject) -> str:
    way = f"{payload['group']} by {payload['channel']} ({payload['language']})"
    rest = "" if payload["state"] == "settled" else "; not settled"
    return f"{_name(payload)} to {way}: {outcome_in_words(payload['report'])}{rest}"


def _published(_: Event, payload: JsonObject) -> str:
    corrects = payload["supersedes"]
    parts = [f"{_version(payload)} published: {_words(payload['purpose'])}"]
    parts += [f"to {_words(payload['audience'])}"]
    parts += [f"correcting communication {corrects}"] if corrects is not None else []
    parts += ["on the public status page"] if payload["status_page"] else []
    parts += [] if payload["complete"] else ["not every delivery has arrived"]
    return f"{parts[0]} {', '.join(parts[1:])}"


def _cancelled(_: Event, payload: JsonObject) -> str:
    return f"{_name(payload)} cancelled: {payload['because']}"


def _closed(_: Event, payload: JsonObject) -> str:
    published = payload["stage"] == Stage.PUBLISHED
    rest = ", not every delivery has arrived" if published and not payload["complete"] else ""
    return f"{_name(payload)} closed, {payload['stage']}{rest}"


def _received(event: Event, payload: JsonObject) -> str:
    number = payload["communication"]
    about = f" on communication {number}" if number is not None else ""
    due = f", answer due {_minute(payload['due_at'])}" if payload["due_at"] else ""
    answers = f", answering {payload['answered']}" if payload["answered"] else ""
    name = event.subject.id.rpartition("/")[2]
    return (
        f"{_words(payload['reply']).capitalize()}{about} received as {name} on "
        f"{_minute(payload['received_at'])}{due}{answers}"
    )


def _name(payload: JsonObject) -> str:
    return f"Communication {payload['number']}"


def _version(payload: JsonObject) -> str:
    return f"{_name(payload)} version {payload['version']}"


def _people(people: Iterable[JsonObject]) -> str:
    return ", ".join(f"{_words(each['role'])} {each['id']}" for each in people)


def _roles(roles: Iterable[str]) -> str:
    return ", ".join(map(_words, roles))


def _short(digest: str) -> str:
    return f"{digest[:_SHORT_DIGEST]}…"


def _words(token: str) -> str:
    return token.replace("_", " ")


def _minute(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]} UTC"


COMMUNICATION_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.COMMUNICATION_OPENED: _opened,
    EventKind.COMMUNICATION_DRAFTED: _drafted,
    EventKind.COMMUNICATION_SUBMITTED: _submitted,
    EventKind.COMMUNICATION_CLEARED: _cleared,
    EventKind.COMMUNICATION_RETURNED: _returned,
    EventKind.COMMUNICATION_APPROVED: _approved,
    EventKind.COMMUNICATION_RELEASED: _released,
    EventKind.COMMUNICATION_DELIVERED: _delivered,
    EventKind.COMMUNICATION_PUBLISHED: _published,
    EventKind.COMMUNICATION_CANCELLED: _cancelled,
    EventKind.COMMUNICATION_CLOSED: _closed,
    EventKind.REPLY_RECEIVED: _received,
}

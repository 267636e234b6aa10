"""The moves of the demonstration: decide, report, state, deliver, and wait until it shows.

A move waits for what it needs by reading the API, and sends with an id made of the run's service
and the move's name: repeated after a crash, it is the same move.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from holdfast.cli.demo_api import DemoApi, RefusedByApi
from holdfast.cli.demo_scene import BUSINESS, of_entity
from holdfast.errors import Conflict

__all__ = ["IncidentMoves"]


class IncidentMoves:
    """Moves in one incident; `service` is its own, so that runs never join one another."""

    def __init__(self, api: DemoApi, service: str) -> None:
        """Move by that API."""
        self._api = api
        self.service = service
        self.incident_id = ""
        self._fired_at = datetime.now(UTC).isoformat()

    def timeline(self) -> list[Mapping[str, Any]]:
        """Read the whole timeline."""
        lines: list[Mapping[str, Any]] = []
        parameters: dict[str, str | int] = {}
        while True:
            page = self._api.get(f"{self._path}/timeline", "auditor", **parameters)
            lines += page["lines"]
            if page["next_cursor"] is None:
                return lines
            parameters = {"cursor": page["next_cursor"]}

    @property
    def _path(self) -> str:
        return f"/v1/incidents/{self.incident_id}"

    def read(self) -> Mapping[str, Any]:
        """Read the incident as it stands."""
        incident: Mapping[str, Any] = self._api.get(self._path, "auditor")
        return incident

    def read_part(self, door: str) -> Any:  # noqa: ANN401 - JSON
        """Read what a door of the incident shows."""
        return self._api.get(f"{self._path}{door}", "auditor")

    def wait_for(
        self, look: Callable[[], Mapping[str, Any] | None], wanted: str
    ) -> Mapping[str, Any]:
        """Look until there is something."""
        return self._api.until(look, wanted)

    def wait(
        self, wanted: str, look: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
    ) -> Mapping[str, Any]:
        """Read the incident until `look` finds in it what is wanted."""

        def found() -> Mapping[str, Any] | None:
            try:
                return look(self.read())
            except RefusedByApi as problem:
                if problem.problem_code != "not_found":
                    raise
                return None

        return self._api.until(found, wanted)

    def wait_for_proposal(self, severity: str) -> None:
        """Wait until the severity that the tree proposes is put to the commander."""

        def look(incident: Mapping[str, Any]) -> Mapping[str, Any] | None:
            asked = [d["context"] for d in incident["decisions"] if _is(d, "severity.assignment")]
            return incident if any(c["severity"] == severity for c in asked) else None

        self.wait(f"the question about {severity}", look)

    def wait_for_evaluation(self, major: str, met: str) -> Mapping[str, Any]:
        """Wait until an evaluation answers so and finds that threshold met; return it."""

        def look() -> Mapping[str, Any] | None:
            kept = self._api.get(f"{self._path}/evaluations", "auditor")["evaluations"]
            for evaluation in (known["evaluation"] for known in kept):
                thresholds = of_entity(evaluation)["classification"]["thresholds"]
                if of_entity(evaluation)["major"] == major and thresholds[met] == "met":
                    found: Mapping[str, Any] = evaluation
                    return found
            return None

        return self._api.until(look, f"an evaluation that says {major}")

    def wait_for_clock(self, clock_id: str, state: str) -> Mapping[str, Any]:
        """Wait until that clock is in that state, or beyond it; return it."""

        def look(incident: Mapping[str, Any]) -> Mapping[str, Any] | None:
            clock = next((c for c in incident["clocks"] if c["clock_id"] == clock_id), None)
            reached = clock is not None and (state == "running" or clock["state"] == state)
            return clock if reached else None

        return self.wait(f"the clock {clock_id}", look)

    def decide(
        self,
        kind: str,
        person: str,
        option: str,
        *,
        about: str = "",
        attempt: str = "",
        **more: object,
    ) -> str:
        """Answer the open question of that kind, once it is there; return the option."""

        def look(incident: Mapping[str, Any]) -> Mapping[str, Any] | None:
            return next((d for d in incident["decisions"] if _is(d, kind, about)), None)

        request = self.wait(f"the question {kind} {about}", look)
        decision_id = "-".join(filter(None, (self.service, request["request_id"], attempt)))
        receipt = self._api.submit(
            "POST",
            f"{self._path}/decisions/{request['request_id']}",
            person,
            decision_id,
            {
                "decision_id": decision_id,
                "option": option,
                "subject_digest": request["subject"]["digest"],
                **more,
            },
        )
        _require_accepted(receipt)
        return option

    def report(self, name: str, person: str, **report: object) -> Mapping[str, Any]:
        """Report an action, milestone, check or review; return the receipt."""
        return self.hand_in("POST", "/actions", name, person, report=report)

    def state(self, name: str, changes: list[Mapping[str, object]]) -> None:
        """State facts."""
        self.hand_in("PATCH", "/facts", name, "responder", changes=changes)

    def hand_in(
        self, method: str, door: str, name: str, person: str, **body: object
    ) -> Mapping[str, Any]:
        """Hand something in at a door of the incident, under an id of that name; the receipt."""
        return self._hand_in(method, f"{self._path}{door}", name, person, body)

    def hand_in_at(self, path: str, name: str, person: str, **body: object) -> Mapping[str, Any]:
        """Hand something in at a door that is not the incident's own; return the receipt."""
        return self._hand_in("POST", path, name, person, body)

    def record(self, path: str, person: str, **body: object) -> Mapping[str, Any]:
        """Do at a door what is recorded at once: the same again is the same deed."""
        deed: Mapping[str, Any] = self._api.post(path, person, body)
        return deed

    def _hand_in(
        self, method: str, path: str, name: str, person: str, body: Mapping[str, object]
    ) -> Mapping[str, Any]:
        submission_id = f"{self.service}-{name}"
        sent = {"submission_id": submission_id, **body}
        return _require_accepted(self._api.submit(method, path, person, submission_id, sent))

    def read_file(self, door: str, person: str) -> bytes:
        """Read a file that a door of the incident gives."""
        return self._api.get_bytes(f"{self._path}{door}", person)

    def put(self, path: str, person: str, **body: object) -> None:
        """Put what is answered at once."""
        self._api.put(path, person, body)

    def read_communication(
        self, number: int, *, version: int = 0, stage: str = ""
    ) -> Mapping[str, Any]:
        """Read a communication once it has that version, and is in that stage."""

        def look() -> Mapping[str, Any] | None:
            try:
                read: Mapping[str, Any] = self._api.get(
                    f"{self._path}/communications/{number}", "auditor"
                )
            except RefusedByApi as problem:
                if problem.problem_code != "unknown_communication":
                    raise
                return None
            there = read["version"] >= version and stage in {"", read["stage"]}
            return read if there else None

        return self._api.until(look, f"communication {number} {stage}")

    def wait_for_communication(self, purpose: str) -> int:
        """Wait until the incident has a communication for that; return its number."""

        def look() -> int | None:
            found = self._api.get(f"{self._path}/communications", "auditor")["communications"]
            return next((int(each["number"]) for each in found if each["purpose"] == purpose), None)

        return self._api.until(look, f"a communication for {purpose}")

    def wait_for_closed_communications(self, least: int = 1) -> int:
        """Wait until so many communications are there, and all are closed; return their number."""

        def look() -> int | None:
            kinds = [line["kind"] for line in self.timeline()]
            opened = kinds.count("communication.opened")
            closed = kinds.count("communication.closed") == opened
            return opened if closed and opened >= least else None

        return self._api.until(look, "the communications to close")

    def wait_for_escalation(
        self, number: int, wanted: str, holds: Callable[[Mapping[str, Any]], bool]
    ) -> Mapping[str, Any]:
        """Read an escalation of a third party until that holds of it."""

        def look() -> Mapping[str, Any] | None:
            try:
                read: Mapping[str, Any] = self._api.get(
                    f"{self._path}/third-parties/{number}", "auditor"
                )
            except RefusedByApi as problem:
                if problem.problem_code != "unknown_third_party":
                    raise
                return None
            return read if holds(read) else None

        return self._api.until(look, wanted)

    def until(self, look: Callable[[], str | None], wanted: str) -> str:
        """Look until there is something."""
        return self._api.until(look, wanted)

    def vendor_reads(self, link: str) -> Mapping[str, Any]:
        """Read, as a provider, what a link shows."""
        read: Mapping[str, Any] = self._api.get_openly(link)
        return read

    def vendor_says(self, link: str, said: Mapping[str, str]) -> None:
        """Say something, as a provider, over a link."""
        self._api.post_openly(link, said)

    def fact(self, fact: str, *, value: bool | int, quality: str) -> Mapping[str, object]:
        """Make a statement of a fact about the service."""
        return {
            "fact": fact,
            "service": BUSINESS,
            "value": value,
            "quality": quality,
            "source": "payment gateway dashboard",
        }

    def deliver(self, alert: str, summary: str) -> Mapping[str, Any]:
        """Deliver an alert as Alertmanager does; return what it was answered."""
        payload = {
            "version": "4",
            "groupKey": f'{{}}:{{service="{self.service}"}}',
            "truncatedAlerts": 0,
            "status": "firing",
            "receiver": "holdfast",
            "alerts": [
                {
                    "status": "firing",
                    "labels": {"alertname": alert, "service": self.service},
                    "annotations": {"summary": summary},
                    "startsAt": self._fired_at,
                    "endsAt": "0001-01-01T00:00:00Z",
                    "fingerprint": f"{alert}-{self.service}",
                }
            ],
        }
        accepted: Mapping[str, Any] = self._api.deliver(
            "/v1/alerts/alertmanager", "alert_source", json.dumps(payload).encode()
        )
        return accepted


def _is(decision: Mapping[str, Any], kind: str, about: str = "") -> bool:
    return decision["kind"] == kind and about in {"", decision["subject"]["id"]}


def _require_accepted(receipt: Mapping[str, Any]) -> Mapping[str, Any]:
    if not receipt["accepted"]:
        message = f"refused: {receipt['result']['detail']}"
        raise Conflict(message)
    return receipt

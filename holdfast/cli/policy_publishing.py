"""`holdfast policy publish`: one command, given by two people.

The first drafts the document and tries it on the past; the second, with the same document, puts it
into force. Nobody is both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from holdfast.cli.policy_api import PolicyApi
from holdfast.cli.trial_tables import summary_table
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.errors import Conflict, InvalidInput
from holdfast.store.policies import load_candidate
from holdfast.store.policy_kinds import TRIED_KINDS

__all__ = ["PublishOptions", "publish"]


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """What the command line asks for; `label` names a local token, `effective_at` is aware."""

    file: Path
    label: str
    reason: str | None
    effective_at: datetime | None


def publish(options: PublishOptions) -> None:
    """Take the document one step further, and say what has come of it, or who has to do what.

    Raises:
        InvalidInput: the document is refused, or the reason is missing.
        Conflict: the version stands with another content.
        Refused: the platform says no.
        Unavailable: the platform does not answer.
    """
    candidate = load_candidate(options.file)
    console = Console(highlight=False, soft_wrap=True)
    with PolicyApi(options.label) as api:
        _Step(api, candidate, options, console).take()


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of one person with one document."""

    api: PolicyApi
    candidate: PinnedPolicy
    options: PublishOptions
    console: Console

    def take(self) -> None:
        """Do what comes next for this version."""
        stored = self.api.version(self.candidate.pin.name, self.candidate.pin.version)
        if stored is None:
            self._draft()
        elif stored["digest"] != self.candidate.pin.digest:
            message = (
                f"{self._named} stands already with another content: "
                "give the document a version of its own"
            )
            raise Conflict(message)
        elif stored["state"] == "published":
            since = stored["effective_at"]
            now = "in force" if stored["in_force"] else "published"
            self._say(f"{self._named} is {now}, effective from {since}: nothing to do")
        elif stored["drafted_by"]["id"] == self.api.holder.actor:
            self._try(stored)
            self._say(f"{self._named} is drafted. {self._another_person}")
        else:
            self._publish(stored)

    def _draft(self) -> None:
        document: JsonObject = json.loads(self.candidate.content)
        deed = self.api.draft(self.candidate, document, self._reason)
        self._say(f"drafted: {self._named} {deed['digest']}")
        self._try({"trial": None})
        self._say(self._another_person)

    def _try(self, stored: JsonObject) -> None:
        if stored["trial"] is not None or self.candidate.pin.name not in TRIED_KINDS:
            return
        with self.console.status("trying it on the past"):
            deed = self.api.try_draft(self.candidate)
        self.console.print(summary_table(deed["payload"]["summary"]))

    def _publish(self, stored: JsonObject) -> None:
        rationale = self._reason
        self._try(stored)
        wanted = self.options.effective_at
        effective_at = rfc3339(wanted) if wanted is not None else None
        deed = self.api.publish(self.candidate, rationale, effective_at)
        self._say(f"published: {self._named}, in force from {deed['payload']['effective_at']}")

    @property
    def _reason(self) -> str:
        if not (self.options.reason or "").strip():
            message = "say with --reason why: it goes into the evidence"
            raise InvalidInput(message)
        return (self.options.reason or "").strip()

    @property
    def _named(self) -> str:
        return f"{self.candidate.pin.name} {self.candidate.pin.version}"

    @property
    def _another_person(self) -> str:
        command = f"holdfast policy publish {self.options.file} --as … --reason …"
        return f"now another person: `{command}`"

    def _say(self, words: str) -> None:
        self.console.print(escape(words))

"""The playbooks of an incident: begun, added to, and finished; their steps are in `steps`.

Several may be carried out side by side. All of it is what people ask for: an incident that nobody
starts a playbook in goes on as if there were none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.actions import ActionState
from holdfast.domain.events import Event, EventKind, PolicyPin, Subject
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.playbooks.asking import AddStep, StartPlaybook
from holdfast.domain.playbooks.naming import play_id
from holdfast.domain.playbooks.play import Play, PlayedStep, step_content
from holdfast.domain.playbooks.policy import (
    MOST_STEPS,
    PLAYBOOKS,
    PlaybooksPolicy,
    playbooks_policy,
)
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import Submission

__all__ = [
    "Found",
    "add_step",
    "approval_of",
    "find_step",
    "keep",
    "no_playbooks",
    "refuse_playbook",
    "rules_of",
    "start_playbook",
    "step_subject",
]

_MOST_PLAYS = 100
_CONFIRMED = frozenset({Phase.TRIAGE, Phase.CONTAIN, Phase.RECOVER, Phase.LEARN})


@dataclass(frozen=True, slots=True)
class Found:
    """A step that somebody speaks of, in its play."""

    play: Play
    played: PlayedStep


def start_playbook(
    work: Work, submission: Submission, body: StartPlaybook, now: datetime
) -> Refusal | None:
    """Begin to carry out a playbook of the pinned version, once the incident is confirmed."""
    del now
    if isinstance(rules := rules_of(work), Refusal):
        return rules
    pin, policy = rules
    if refusal := refuse_playbook(work.state.incident_id, work.state.phase, policy, body.playbook):
        return refusal
    if len(work.state.plays) >= _MOST_PLAYS:
        detail = f"{_MOST_PLAYS} playbooks were started: add steps to one of them"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    book, number = policy.playbooks[body.playbook], len(work.state.plays) + 1
    play = Play(
        number=number,
        playbook=body.playbook,
        title=book.title,
        steps=tuple(PlayedStep(step=step) for step in book.steps),
    )
    work.state.plays[str(number)] = play
    work.record(
        Event(
            kind=EventKind.PLAYBOOK_STARTED,
            subject=_subject(work, play),
            actor=submission.principal,
            payload={
                "play": number,
                "playbook": body.playbook,
                "title": book.title,
                "steps": [step_content(step) for step in book.steps],
            },
            policy=pin,
            causes=(f"submission:{submission.submission_id}",),
            answers=submission.submission_id,
        )
    )
    return None


def add_step(work: Work, submission: Submission, body: AddStep, now: datetime) -> Refusal | None:
    """Add a step on the spot; a play that was finished goes on then."""
    del now
    if isinstance(play := _find_play(work, body.play), Refusal):
        return play
    step = body.step
    if play.find(step.id) is not None:
        detail = f"play {play.number} has a step '{step.id}' already: give it another id"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    if unknown := [name for name in step.after if play.find(name) is None]:
        detail = f"'{step.id}' waits for what play {play.number} has not: {', '.join(unknown)}"
        return Refusal(RefusalReason.UNKNOWN_STEP, detail)
    if len(play.steps) >= MOST_STEPS:
        detail = f"play {play.number} has {MOST_STEPS} steps: start another playbook"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    content = {"play": play.number, "step": step_content(step)}
    about = step_subject(work, play, step.id)
    entry = work.receipt(EventKind.STEP_ADDED, submission, content, subject=about)
    keep(work, play, PlayedStep(step=step), entry)
    return None


def rules_of(work: Work) -> tuple[PolicyPin, PlaybooksPolicy] | Refusal:
    """The playbooks to which the incident is pinned; refused where it began before there were."""
    pinned = work.state.policies.get(PLAYBOOKS)
    if pinned is None:
        return no_playbooks(work.state.incident_id)
    return pinned.pin, playbooks_policy(pinned.content)


def no_playbooks(incident_id: str) -> Refusal:
    """Why an incident from before there were playbooks has none."""
    detail = f"{incident_id} is pinned to no playbooks: it began before them"
    return Refusal(RefusalReason.NO_PLAYBOOKS, detail)


def refuse_playbook(
    incident_id: str, phase: Phase, policy: PlaybooksPolicy, playbook: str
) -> Refusal | None:
    """Refuse a playbook that there is not, or one for what nobody has confirmed."""
    if phase not in _CONFIRMED:
        detail = f"{incident_id} is in {phase}: let it be confirmed as an incident first"
        return Refusal(RefusalReason.WRONG_PHASE, detail)
    if playbook not in policy.playbooks:
        detail = f"'{playbook}' is none of {', '.join(policy.playbooks)}"
        return Refusal(RefusalReason.UNKNOWN_PLAYBOOK, detail)
    return None


def find_step(work: Work, number: int, step_id: str) -> Found | Refusal:
    """The step of that id in the play of that number, or why there is none."""
    if isinstance(play := _find_play(work, number), Refusal):
        return play
    played = play.find(step_id)
    if played is None:
        detail = f"play {number} has no step '{step_id}'"
        return Refusal(RefusalReason.UNKNOWN_STEP, detail)
    return Found(play, played)


def approval_of(work: Work, found: Found) -> ActionState | None:
    """How the action stands that a step is; None where there is none."""
    action = work.state.actions.get(found.played.action or "")
    return action.state if action else None


def keep(work: Work, play: Play, changed: PlayedStep, cause: str) -> None:
    """Keep a step as it stands now; the play is finished with its last one.

    `cause` is the entry that says what became of the step.
    """
    play = play.with_step(changed)
    finishes = play.done and not play.finished
    play = play.model_copy(update={"finished": play.done})
    work.state.plays[str(play.number)] = play
    if finishes:
        work.note(
            EventKind.PLAYBOOK_FINISHED,
            {"play": play.number, **play.counts},
            subject=_subject(work, play),
            causes=(cause,),
        )


def step_subject(work: Work, play: Play, step_id: str) -> Subject:
    """The step, as entries speak of it."""
    return Subject(type="step", id=f"{play_id(work.state.incident_id, play.number)}/{step_id}")


def _find_play(work: Work, number: int) -> Play | Refusal:
    play = work.state.plays.get(str(number))
    if play is None:
        detail = f"{work.state.incident_id} carries out no play {number}"
        return Refusal(RefusalReason.UNKNOWN_PLAYBOOK, detail)
    return play


def _subject(work: Work, play: Play) -> Subject:
    return Subject(type="play", id=play_id(work.state.incident_id, play.number))

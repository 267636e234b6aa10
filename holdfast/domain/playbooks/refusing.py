"""What is refused of steps: out of its turn, not approved, not tried, or without its evidence.

The process asks these rules with authority, and the doors ask them early of what the projections
hold. `approval` is how the action stands that a step is; None where there is none.
"""

from __future__ import annotations

from holdfast.domain.actions import ActionState
from holdfast.domain.playbooks.asking import ReportStep
from holdfast.domain.playbooks.kinds import EvidenceKind, StepMode, StepStage
from holdfast.domain.playbooks.play import Play, PlayedStep, automation_digest
from holdfast.domain.refusals import Refusal, RefusalReason

__all__ = ["refuse_repeat", "refuse_report", "refuse_skip", "refuse_start"]

_STARTABLE = frozenset({StepStage.READY, StepStage.AWAITING_APPROVAL})
_REPEATABLE = frozenset({StepStage.PERFORMED, StepStage.FAILED, StepStage.SKIPPED})
_SETTLED = frozenset({StepStage.RUNNING, StepStage.PERFORMED, StepStage.SKIPPED})


def refuse_start(
    play: Play, played: PlayedStep, mode: StepMode, approval: ActionState | None
) -> Refusal | None:
    """Refuse an attempt at a step whose turn it is not, or that waits for approval."""
    step, stage = played.step, play.stage_of(played, approval)
    if stage is StepStage.WAITING:
        before = ", ".join(play.waits_for(played))
        return _not_ready(step.id, f"waits for {before}: perform or skip that first")
    if stage not in _STARTABLE:
        return _not_ready(step.id, f"is {stage}")
    if mode is not StepMode.BY_HAND and (refusal := _refuse_automation(played, mode)):
        return refusal
    if stage is StepStage.AWAITING_APPROVAL and mode is not StepMode.DRY_RUN:
        detail = f"{played.action}, which is '{step.id}', is {approval}, not approved"
        return Refusal(RefusalReason.ACTION_NOT_APPROVED, detail)
    return None


def refuse_skip(played: PlayedStep) -> Refusal | None:
    """Refuse to leave out what runs or has ended."""
    if played.stage in _SETTLED:
        why = f"is {played.stage}: only what is not begun, or failed, is skipped"
        return _not_ready(played.step.id, why)
    return None


def refuse_repeat(play: Play, played: PlayedStep, approval: ActionState | None) -> Refusal | None:
    """Refuse to repeat what has not ended."""
    if played.stage not in _REPEATABLE:
        why = f"is {play.stage_of(played, approval)}: only what has ended is repeated"
        return _not_ready(played.step.id, why)
    return None


def refuse_report(played: PlayedStep, body: ReportStep) -> Refusal | None:
    """Refuse a report of what does not run, or one without the evidence that it must leave."""
    performed = body.outcome == "performed"
    if not _reportable(played, performed=performed):
        running = played.stage is StepStage.RUNNING
        why = f"runs as {played.mode}" if running else f"is {played.stage}, not running"
        return _not_ready(played.step.id, why)
    if missing := _missing(played, body, performed=performed):
        detail = f"'{played.step.id}' must leave what is not given: {', '.join(missing)}"
        return Refusal(RefusalReason.EVIDENCE_MISSING, detail)
    return None


def _refuse_automation(played: PlayedStep, mode: StepMode) -> Refusal | None:
    step = played.step
    if step.automation is None:
        return _not_ready(step.id, "has no automation: start it by hand")
    if mode is StepMode.AUTOMATED and played.tried != automation_digest(step):
        return _not_ready(step.id, "was not tried: let a dry run of it end well first")
    return None


def _reportable(played: PlayedStep, *, performed: bool) -> bool:
    if played.stage is StepStage.RUNNING:
        return played.mode is StepMode.BY_HAND or not performed
    # Of some attempts nobody knows whether they had their effect until somebody has looked.
    automated = played.mode is StepMode.AUTOMATED
    return performed and automated and played.stage is StepStage.FAILED


def _missing(played: PlayedStep, body: ReportStep, *, performed: bool) -> list[str]:
    given = {
        EvidenceKind.STATEMENT: body.statement is not None,
        EvidenceKind.REFERENCE: bool(body.references),
        EvidenceKind.DOCUMENT: bool(body.documents),
    }
    needed = played.step.evidence if performed else (EvidenceKind.STATEMENT,)
    return [kind.value for kind in needed if not given[kind]]


def _not_ready(step: str, why: str) -> Refusal:
    return Refusal(RefusalReason.STEP_NOT_READY, f"'{step}' {why}")

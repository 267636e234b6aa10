"""Business continuity plans: activated and deactivated, on record (DORA Art. 11(8), field 2.9)."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.events import EventKind, Subject
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.incident.facts_by_rule import state_facts
from holdfast.domain.incident.standing_down import renew
from holdfast.domain.incident.work import Work
from holdfast.domain.recovery.asking import ActivateContinuity, DeactivateContinuity
from holdfast.domain.recovery.state import ContinuityPlan, plan_subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import Submission
from holdfast.domain.values import rfc3339

__all__ = ["ACTIVATED", "activate", "deactivate"]

ACTIVATED = "business_continuity_activated"
"""The fact of field 2.9."""

_AHEAD = timedelta(minutes=1)


def activate(
    work: Work, submission: Submission, body: ActivateContinuity, now: datetime
) -> Refusal | None:
    """Record the activation; that there was one is a fact from then on."""
    state = work.state
    known = state.continuity.get(body.plan)
    if known is not None and known.active:
        detail = f"{body.plan} is active since {rfc3339(known.activated_at)}"
        return Refusal(RefusalReason.ALREADY_ACTIVATED, detail)
    if body.activated_at > now + _AHEAD:
        detail = f"{body.plan} was activated at {rfc3339(body.activated_at)}, which lies ahead"
        return Refusal(RefusalReason.TIMES_CONTRADICT, detail)
    ended = known.deactivated_at if known else None
    if ended is not None and body.activated_at < ended:
        detail = f"{body.plan} was activated before, until {rfc3339(ended)}"
        return Refusal(RefusalReason.TIMES_CONTRADICT, detail)
    activation = known.activation + 1 if known else 1
    content = body.model_dump(mode="json", exclude={"type"}) | {"activation": activation}
    about = Subject(type="continuity_plan", id=plan_subject(state.incident_id, body.plan))
    entry = work.receipt(EventKind.CONTINUITY_ACTIVATED, submission, content, subject=about)
    state.continuity[body.plan] = ContinuityPlan(
        plan=body.plan,
        activation=activation,
        services=body.services,
        activated_at=body.activated_at,
    )
    stated = state.facts.get(ACTIVATED)
    if stated is None or stated.value is not True:
        source = f"activation of {body.plan}"[:200]
        told = FactChange(fact=ACTIVATED, value=True, quality=Quality.ACTUAL, source=source)
        state_facts(work, [told], now, entry)
    renew(work, entry, now)
    return None


def deactivate(
    work: Work, submission: Submission, body: DeactivateContinuity, now: datetime
) -> Refusal | None:
    """Record that the plan carries the business no longer."""
    state = work.state
    known = state.continuity.get(body.plan)
    if known is None or not known.active:
        return Refusal(RefusalReason.UNKNOWN_PLAN, f"no plan {body.plan} is active")
    if body.at > now + _AHEAD or body.at < known.activated_at:
        side = "lies ahead" if body.at > now else "is before its activation"
        detail = f"{body.plan} was deactivated at {rfc3339(body.at)}, which {side}"
        return Refusal(RefusalReason.TIMES_CONTRADICT, detail)
    content = body.model_dump(mode="json", exclude={"type"}) | {"activation": known.activation}
    about = Subject(type="continuity_plan", id=plan_subject(state.incident_id, body.plan))
    entry = work.receipt(EventKind.CONTINUITY_DEACTIVATED, submission, content, subject=about)
    state.continuity[body.plan] = known.model_copy(update={"deactivated_at": body.at})
    renew(work, entry, now)
    return None

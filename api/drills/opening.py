"""Opening a drill: a script of the policy in force becomes a report with a plan."""

from __future__ import annotations

from datetime import UTC, datetime

from api.authentication import acting_as
from api.drills.models import NewDrill
from api.platform import Platform
from api.problem_catalogue import DoorCode
from api.problems import Problem
from api.submitting import sign
from holdfast.domain.addressee import incident_addressee
from holdfast.domain.drills.plan import TITLE, DrillPlan
from holdfast.domain.drills.policy import DRILLS, DrillScript, drills_policy
from holdfast.domain.events import PolicyPin
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Origin, Report, SignedSubmission
from holdfast.domain.values import digest_of
from holdfast.errors import Conflict
from holdfast.store.access_tokens import Caller
from holdfast.store.reports import AcceptedReport, ReportRequest, accept_report

__all__ = ["LEADS", "take_in_drill"]

LEADS = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.MANAGEMENT_BODY)
"""Whoever may open a drill."""

_LONGEST_TITLE = 200


async def take_in_drill(
    doors: Platform, caller: Caller, body: NewDrill, key: str | None
) -> AcceptedReport:
    """Keep the report that opens a drill, once under its idempotency key.

    It takes up no service: alerts of a service that is played with go where they always go.

    Raises:
        Problem: there is no such script, or its key was used for another request.
    """
    now = datetime.now(UTC)
    policy = doors.policies.policy(DRILLS, now)
    scripts = drills_policy(policy.content).scripts
    script = scripts.get(body.script)
    if script is None:
        known = ", ".join(sorted(scripts))
        detail = f"there is no script '{body.script}'; there are: {known}"
        raise Problem(RefusalReason.NOT_A_DRILL, detail)
    actor = acting_as(caller, body.role, *LEADS)
    plan = _plan(body, script, policy.pin, actor)
    pins = doors.policies.pins(now)
    report = _report(script, plan, actor, pins, now)

    def signed(incident_id: str) -> tuple[SignedSubmission, ...]:
        name = f"report-{incident_id}"
        return (sign(doors, incident_addressee(incident_id), name, actor, report),)

    asked = digest_of({"drill": body.model_dump(mode="json", exclude={"role"})})
    request = ReportRequest(
        actor_id=caller.actor_id, key=key, request=asked, services=(), identity=None
    )
    try:
        return await accept_report(doors.engine, doors.keyring, request, signed)
    except Conflict as error:
        raise Problem(DoorCode.IDEMPOTENCY_KEY_REUSED, error.message) from error


def _plan(body: NewDrill, script: DrillScript, pin: PolicyPin, lead: Actor) -> DrillPlan:
    return DrillPlan(
        script=body.script,
        policy=pin,
        pace=body.pace or script.pace,
        lead=lead,
        roles=script.roles,
        injects=script.injects,
        goals=script.goals,
    )


def _report(
    script: DrillScript,
    plan: DrillPlan,
    actor: Actor,
    pins: tuple[PolicyPin, ...],
    now: datetime,
) -> Report:
    return Report(
        origin=Origin.HUMAN,
        title=f"{TITLE}{script.report.title}"[:_LONGEST_TITLE],
        description=script.description,
        aware_at=now,
        services=script.services,
        policies=pins,
        facts=script.report.facts,
        reporter=actor,
        drill=plan,
    )

"""The matter whose limits are computed: what has happened, and what the entity is."""

from __future__ import annotations

from holdfast.domain.reporting.judging import DeadlinesRequest
from holdfast.domain.reporting.policy import EntityRules
from holdfast.dora.clocks import ClockCase, ReportingEntity
from holdfast.dora.register.entities import LegalEntity

__all__ = ["clock_case"]


def clock_case(
    request: DeadlinesRequest, entity: LegalEntity, rules: EntityRules | None
) -> ClockCase:
    """Put it together from the register and from what the reporting policy says of the entity.

    Intermediate reports that were corrected after the final one move no limit any more. Awareness
    that was told a little ahead of the time counts from the classification at the latest.

    Raises:
        ValueError: the moments are in an order that cannot be.
    """
    final = request.final_submitted_at
    before_final = tuple(
        at for at in request.intermediate_submitted_at if final is None or at <= final
    )
    return ClockCase(
        entity=ReportingEntity(
            type=entity.type,
            member_state=entity.home_member_state,
            subdivision=entity.subdivision,
            nis2_essential_or_important=entity.nis2_essential_or_important,
            relief_withdrawn_from=rules.relief_withdrawn_from if rules else None,
        ),
        aware_at=min(request.aware_at, request.classified_major_at),
        classified_major_at=request.classified_major_at,
        initial_submitted_at=request.initial_submitted_at,
        intermediate_submitted_at=before_final,
        regular_activities_recovered_at=request.regular_activities_recovered_at,
        final_submitted_at=final,
    )

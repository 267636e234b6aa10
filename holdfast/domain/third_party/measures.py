"""What has to follow from an oversight review, by law and as people have written it."""

from __future__ import annotations

from holdfast.domain.roles import Role
from holdfast.domain.third_party.asking import OversightReview
from holdfast.domain.third_party.kinds import MeasureKind
from holdfast.domain.third_party.opening import TakenTerms
from holdfast.domain.values import JsonObject

__all__ = ["measures_of"]


def measures_of(
    taken: TakenTerms, reviewed: JsonObject, review: OversightReview
) -> tuple[JsonObject, ...]:
    """The measures, those of the law first; `reviewed` is what the review's entry holds."""
    found = []
    breaches, critical = len(reviewed["breaches"]), bool(reviewed["critical"])
    weak = len({*reviewed["weaknesses"], *review.weaknesses})
    if breaches:
        title = f"Assess the right to terminate {taken.contract}: {breaches} times were missed"
        found.append(_measure(MeasureKind.TERMINATION_RIGHTS, title, "DORA Art. 28(7)(a)"))
    if weak:
        title = f"Assess what {weak} weaknesses of {taken.contract} mean for keeping it"
        found.append(_measure(MeasureKind.TERMINATION_RIGHTS, title, "DORA Art. 28(7)(c)"))
    if breaches and critical:
        found.append(_measure(MeasureKind.EXIT_PLAN, _exit_title(taken), "DORA Art. 28(8)"))
    written = [
        {**measure.model_dump(mode="json"), "basis": None, "by_law": False}
        for measure in review.measures
    ]
    return (*found, *written)


def _exit_title(taken: TakenTerms) -> str:
    plan = taken.terms.exit_plan if taken.terms else None
    if plan is None:
        return f"Draw up an exit plan for {taken.contract}"
    return f"Test the exit plan {plan.reference} against what happened"[:200]


def _measure(kind: MeasureKind, title: str, basis: str) -> JsonObject:
    return {
        "kind": str(kind),
        "title": title[:200],
        "owner": str(Role.VENDOR_MANAGER),
        "due_on": None,
        "basis": basis,
        "by_law": True,
    }

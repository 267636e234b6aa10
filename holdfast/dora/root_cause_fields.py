"""Fields 4.1 to 4.5 of the final report (Implementing Regulation (EU) 2025/302), from a review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.dora.root_causes import RootCause
from holdfast.dora.third_party_findings import ReportField

__all__ = ["root_cause_fields"]

_NAMES = {
    "4.1": "High-level root cause",
    "4.2": "Detailed root cause",
    "4.3": "Additional root cause",
    "4.4": "Other root cause types",
    "4.5": "Information about the root causes",
}


def root_cause_fields(
    causes: Sequence[RootCause],
    information: Sequence[str],
    entries: Iterable[str],
    *,
    signed_off: bool,
) -> tuple[ReportField, ...]:
    """Fill the fields, in their order; as long as the review is not signed off they are suggested.

    `information` is what was found about the causes, a paragraph each; what is unknown is None.
    """
    values: dict[str, str | tuple[str, ...]] = {
        "4.1": _each(cause.category for cause in causes),
        "4.2": _each(cause.detail for cause in causes),
        "4.3": _each(value for cause in causes for value in cause.additional),
        "4.4": "\n".join(f"{cause.detail}: {cause.other}" for cause in causes if cause.other),
        "4.5": "\n\n".join(information),
    }
    because = "the post-incident review says so"
    because += ", and it is signed off" if signed_off else "; it is not signed off yet"
    behind = tuple(entries)
    return tuple(
        ReportField(
            field=number,
            name=_NAMES[number],
            value=value,
            suggestion=not signed_off,
            because=because,
            entries=behind,
        )
        if value
        else ReportField(field=number, name=_NAMES[number])
        for number, value in values.items()
    )


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, values)))

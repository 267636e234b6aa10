"""Facts that contradict each other: more affected than there are, or an end before its start."""

from __future__ import annotations

from holdfast.domain.facts import FactSheet

__all__ = ["contradiction"]

_PARTS = (
    ("clients_affected", "clients_total"),
    ("counterparts_affected", "counterparts_total"),
)
_SPANS = (("occurred_at", "resolved_at"),)
_SPANS_OF_SERVICE = (("down_from", "restored_at"),)


def contradiction(sheet: FactSheet) -> str | None:
    """Name the first contradiction, beginning with the fact, or None."""
    for service in sheet.services:
        of_service = [(f"{part}@{service}", f"{whole}@{service}") for part, whole in _PARTS]
        for part, whole in of_service:
            if _exceeds(sheet, part, whole):
                return f"{part}: more than {whole}"
        for start, end in _SPANS_OF_SERVICE:
            if _ends_early(sheet, f"{start}@{service}", f"{end}@{service}"):
                return f"{end}@{service}: before {start}@{service}"
    for start, end in _SPANS:
        if _ends_early(sheet, start, end):
            return f"{end}: before {start}"
    return None


def _exceeds(sheet: FactSheet, part: str, whole: str) -> bool:
    affected, total = sheet.get(part), sheet.get(whole)
    if affected is None or total is None:
        return False
    return int(affected.value or 0) > int(total.value or 0)


def _ends_early(sheet: FactSheet, start: str, end: str) -> bool:
    began, ended = sheet.moment(start), sheet.moment(end)
    return began is not None and ended is not None and ended < began

"""Values of key figures as people read them."""

from __future__ import annotations

from holdfast.domain.key_figures.kinds import Unit

__all__ = ["in_words", "share_in_words"]

_NONE = "-"
_PARTS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_SHOWN = 2
_OF_ONE_PERCENT = 100


def in_words(value: int | None, unit: Unit) -> str:
    """A value with its unit, a duration to its two largest parts: `2 h 15 min`."""
    if value is None:
        return _NONE
    if unit is Unit.SECONDS:
        return _duration(value)
    if unit is Unit.MINUTES:
        return _duration(value * 60)
    return f"{value:,}"


def share_in_words(basis_points: int | None, *, signed: bool = False) -> str:
    """A share as a percentage with one decimal, cut off: `12.5 %`."""
    if basis_points is None:
        return _NONE
    sign = "-" if basis_points < 0 else "+" if signed and basis_points else ""
    whole, rest = divmod(abs(basis_points), _OF_ONE_PERCENT)
    return f"{sign}{whole}.{rest // 10} %"


def _duration(seconds: int) -> str:
    left, said = abs(seconds), list[str]()
    for name, length in _PARTS:
        count, left = divmod(left, length)
        if count or said:
            said.append(f"{count} {name}")
        if len(said) == _SHOWN:
            break
    shown = " ".join(part for part in said if not part.startswith("0 ")) or "0 s"
    return f"-{shown}" if seconds < 0 else shown

"""Charts of key figures: small columns in SVG, which need no script and nothing from elsewhere."""

from __future__ import annotations

from html import escape

from api.key_figures.series import Series
from holdfast.domain.key_figures.kinds import Unit
from holdfast.domain.key_figures.words import in_words, share_in_words

__all__ = ["chart"]

_WIDTH, _HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 4, 22, 24
_GAP = 6
_LEAST_HEIGHT = 2


def chart(series: Series) -> str:
    """Draw one column a month or quarter, from the line of zero; what is missing stays empty."""
    known = [value for value in series.values if value is not None]
    highest, lowest = max([*known, 0]), min([*known, 0])
    span = (highest - lowest) or 1
    room = _HEIGHT - _TOP - _BOTTOM
    zero = _TOP + room * highest // span
    step = (_WIDTH - _LEFT - _RIGHT) // len(series.names)
    columns = []
    for place, (name, value) in enumerate(zip(series.names, series.values, strict=True)):
        left = _LEFT + place * step
        if value is not None:
            height = max(room * abs(value) // span, _LEAST_HEIGHT)
            top = zero - height if value >= 0 else zero
            columns.append(_column(series, name, value, (left, top, step - _GAP, height)))
        middle = left + (step - _GAP) // 2
        columns.append(f'<text class="tick" x="{middle}" y="{_HEIGHT - 8}">{_short(name)}</text>')
    said = _said(series)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(said)}">'
        f'<text class="top" x="{_LEFT}" y="13">{escape(_highest(series, known))}</text>'
        f'<line class="zero" x1="0" x2="{_WIDTH}" y1="{zero}" y2="{zero}"/>'
        f"{''.join(columns)}</svg>"
    )


def _column(series: Series, name: str, value: int, place: tuple[int, int, int, int]) -> str:
    left, top, width, height = place
    title = escape(f"{name}: {_value(series, value)}")
    return (
        f'<rect class="column" x="{left}" y="{top}" width="{width}" height="{height}" rx="2">'
        f"<title>{title}</title></rect>"
    )


def _highest(series: Series, known: list[int]) -> str:
    if not known:
        return "no value in this time"
    return f"highest {series.what}: {_value(series, max(known))}"


def _said(series: Series) -> str:
    told = [
        f"{name} {_value(series, value)}"
        for name, value in zip(series.names, series.values, strict=True)
        if value is not None
    ]
    return f"{series.figure.title}, {series.what}: {', '.join(told) or 'no value'}"


def _value(series: Series, value: int) -> str:
    return share_in_words(value) if series.unit is Unit.NONE else in_words(value, series.unit)


def _short(name: str) -> str:
    """`26-03` for March 2026, `26-Q1` for its first quarter."""
    return name[2:]

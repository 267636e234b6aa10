"""Tables of a reporting in a bundle: its limits, its versions, and what else mattered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from holdfast.domain.values import JsonObject
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.oversight.sheet import Cell, Table, Tone
from holdfast.evidence.report_pdf.first_page import STAGE_NAMES

__all__ = ["deadlines_table", "matters_table", "stages_in_words", "versions_table"]


def stages_in_words(stages: Iterable[str]) -> str:
    """Reports by their names in the law."""
    return ", ".join(STAGE_NAMES[ReportStage(stage)] for stage in stages)


def deadlines_table(deadlines: Mapping[str, JsonObject], submitted: Mapping[str, str]) -> Table:
    """Until when each report could be submitted, under which clause, and when it was."""
    rows = [_deadline(stage, said, submitted.get(stage)) for stage, said in deadlines.items()]
    return Table(("Report", "Due (UTC)", "Clause", "Submitted (UTC)"), (4, 4, 7, 4), rows)


def versions_table(versions: Mapping[int, Mapping[str, str]]) -> Table:
    """Every version: what it is, its content by digest, what it lacked, what became of it."""
    rows = [
        (
            Cell(str(number)),
            Cell(said["is"], small=said.get("content", "")),
            Cell(said["state"], small=_lacks(said)),
            Cell(said["happened"]),
        )
        for number, said in sorted(versions.items())
    ]
    return Table(("Version", "What it is", "State", "What happened"), (2, 5, 4, 9), rows)


def matters_table(matters: Sequence[tuple[str, str]]) -> Table:
    """Delays that were explained, and updates that were required."""
    rows = [(Cell(_second(at)), Cell(words)) for at, words in matters]
    return Table(("When (UTC)", "What"), (4, 14), rows)


def _lacks(said: Mapping[str, str]) -> str:
    return f"lacked {said['lacks']}" if said.get("lacks") else ""


def _deadline(stage: str, said: JsonObject, submitted: str | None) -> tuple[Cell, ...]:
    relief = said["relief"]
    because = said["because"]
    if relief is not None:
        strict = _second(said["strict_due_at"])
        because += f"; moved from {strict}: {relief['reason']}, {relief['clause']}"
    sent = Cell("not submitted")
    if submitted is not None:
        late = datetime.fromisoformat(submitted) > datetime.fromisoformat(said["due_at"])
        tone = Tone.BAD if late else Tone.GOOD
        sent = Cell(_second(submitted), small="late" if late else "in time", tone=tone)
    return (
        Cell(stages_in_words([stage])),
        Cell(_second(said["due_at"])),
        Cell(said["clause"], small=because),
        sent,
    )


def _second(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M:%S}"

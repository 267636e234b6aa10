"""timeline.pdf: the timeline for whoever wants it on paper, set by a process of its own."""

from __future__ import annotations

from datetime import datetime

from holdfast.evidence.bundle.contents import BundleContents
from holdfast.evidence.bundle.correspondence import Communication, ToldVersion
from holdfast.evidence.bundle.fingerprints import fingerprints_of
from holdfast.evidence.bundle.narrative import Line, Narrative
from holdfast.evidence.bundle.setting import breakable, printable, set_on_paper
from holdfast.evidence.oversight.paper import sections_data, sheet_data
from holdfast.evidence.oversight.sheets import bundled_sheet

__all__ = ["printable", "timeline_pdf"]

_SECONDS = len("2026-03-04T09:30:00")

_DRILL = "This is a drill: nothing that is told here has happened."
_NOTE = (
    "Made from the records of a bundle of evidence, for reading. What counts are the records: "
    "verify_evidence.py in the bundle verifies them. The first time of an entry is when it "
    "happened by its writer's clock, the second when the log took it in; both are UTC. Characters "
    "that cannot be printed here stand as their numbers, such as [U+1F600]; index.html has them."
)


def timeline_pdf(contents: BundleContents, narrative: Narrative) -> bytes:
    """Set the timeline as a PDF/A.

    Raises:
        Fatal: the typesetter fails.
    """
    return set_on_paper("timeline", _data(contents, narrative), contents.incident)


def _data(contents: BundleContents, narrative: Narrative) -> dict[str, object]:
    made_at = datetime.fromisoformat(narrative.exported.occurred_at)
    return {
        "heading": f"Timeline of {contents.incident}",
        "kicker": f"Timeline of {contents.incident}",
        "title": printable(narrative.title or "Title withheld"),
        "date": list(made_at.timetuple()[:6]),
        "made_at": int(made_at.timestamp()),
        "footer": f"{contents.incident}, as of size {contents.size} of {contents.origin}",
        "note": f"{_DRILL} {_NOTE}" if narrative.drill else _NOTE,
        "summary": [[name, printable(value)] for name, value in _summary(contents, narrative)],
        "lines": [_line(line) for line in narrative.lines],
        "communications": [_communication(told) for told in narrative.communications],
        "third_parties": [sheet_data(bundled_sheet(file)) for file in narrative.third_parties],
        "reporting": sections_data(narrative.reportings),
        "review": sections_data(narrative.review),
        "fingerprints": [[name, breakable(value)] for name, value in _fingerprints(contents)],
    }


def _summary(contents: BundleContents, narrative: Narrative) -> list[tuple[str, str]]:
    withheld = len(narrative.withheld)
    rows = [
        ("Became aware", _utc(narrative.aware_at)),
        ("Opened", _utc(narrative.opened_at)),
        ("Services", ", ".join(narrative.services)),
        ("Severity", narrative.severity),
        ("Classified as", narrative.classified),
        ("State", narrative.state),
        ("Records", f"{len(contents.records)}, of which {withheld} withheld"),
        ("Log", f"{contents.origin}, as of size {contents.size}"),
        ("Exported", f"{_utc(narrative.exported.occurred_at)}, by {narrative.exported_by}"),
        ("For", narrative.purpose),
    ]
    return [(name, value) for name, value in rows if value]


def _line(line: Line) -> dict[str, object]:
    sequenced = _when(line.sequenced_at)
    if line.withheld is not None:
        said = f"Withheld: {line.withheld}. SHA-256 {line.sha256}"
        head = f"in the log {sequenced}"
        return {"number": str(line.seq), "head": head, "said": printable(said), "withheld": True}
    rule = f" by {line.policy}" if line.policy else ""
    head = f"{_when(line.occurred_at)}   ({sequenced})   {line.who}   {line.kind}{rule}"
    said = printable(line.sentence)
    return {"number": str(line.seq), "head": printable(head), "said": said, "withheld": False}


def _communication(told: Communication) -> dict[str, object]:
    corrects = [f"Corrects communication {told.supersedes}."] if told.supersedes else []
    corrected = [f"Superseded by communication {told.superseded_by}."]
    steps = [
        *corrects,
        *(corrected if told.superseded_by else []),
        *map(_step, told.steps),
        *(
            f"{each.group} by {each.channel} ({each.language}): {each.outcome}"
            for _, each in sorted(told.deliveries.items())
        ),
    ]
    texts = [f"[{text.language}] {text.subject}\n\n{text.body}" for text in told.texts]
    return {
        "title": printable(f"{told.title}, {told.state}"),
        "steps": [printable(step) for step in steps],
        "texts": [printable(text) for text in texts],
    }


def _step(step: ToldVersion | str) -> str:
    if isinstance(step, str):
        return step
    drafted = f"Version {step.version} drafted by {step.drafted_by}, {_utc(step.drafted_at)}"
    return f"{drafted}: {step.subject}\n{step.message}"


def _fingerprints(contents: BundleContents) -> list[tuple[str, str]]:
    found = fingerprints_of(contents)
    return [
        *(("Key of the log", vkey) for vkey, _ in found.keys),
        ("Root of the log", found.root),
        ("SHA-256 of checkpoint", found.checkpoint),
        ("Leaf hash of manifest", found.manifest),
    ]


def _utc(instant: str) -> str:
    return f"{_when(instant)} UTC" if instant else ""


def _when(instant: str) -> str:
    return instant[:_SECONDS].replace("T", " ")

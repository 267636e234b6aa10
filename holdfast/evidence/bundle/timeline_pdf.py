"""timeline.pdf: the timeline for whoever wants it on paper, set by a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from datetime import datetime

from holdfast.errors import Fatal
from holdfast.evidence.bundle.contents import BundleContents
from holdfast.evidence.bundle.correspondence import Communication, ToldVersion
from holdfast.evidence.bundle.fingerprints import fingerprints_of
from holdfast.evidence.bundle.narrative import Line, Narrative

__all__ = ["printable", "timeline_pdf"]

_WITHIN_SECONDS = 120
_PROGRAM = (sys.executable, "-P", "-m", "holdfast.evidence.bundle.typesetting")
_SECONDS = len("2026-03-04T09:30:00")

_LONGEST_WORD = 40
_MAY_BREAK = "\u200b"

# What the typesetter's own fonts hold of scripts that are written from left to right: Latin, Greek,
# Cyrillic, signs. No invisible characters, and none that turns the direction of writing.
_SET = (
    *((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF), (0x370, 0x377), (0x37A, 0x37F)),
    *((0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x482), (0x48A, 0x4FF)),
    *((0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x2040), (0x2044, 0x2052), (0x20A0, 0x20C0)),
    *((0x2190, 0x22AB), (0x2500, 0x25FF)),
)
_UNSETTABLE = re.compile(f"[^\n{''.join(f'{chr(first)}-{chr(last)}' for first, last in _SET)}]")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD}}}(?=\S)")

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
    data = json.dumps(_data(contents, narrative), ensure_ascii=False).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            _PROGRAM, input=data, capture_output=True, timeout=_WITHIN_SECONDS, check=True
        )
    except subprocess.SubprocessError as error:
        message = f"the timeline of {contents.incident} cannot be typeset: {error}"
        raise Fatal(message, stderr=getattr(error, "stderr", None)) from error
    return done.stdout


def printable(text: str) -> str:
    """Write what cannot be set as its number, and let long words break."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    return _breakable(_UNSETTABLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", composed))


def _breakable(text: str) -> str:
    return _LONG_WORD.sub(lambda found: found[0] + _MAY_BREAK, text)


def _data(contents: BundleContents, narrative: Narrative) -> dict[str, object]:
    made_at = datetime.fromisoformat(narrative.exported.occurred_at)
    return {
        "heading": f"Timeline of {contents.incident}",
        "kicker": f"Timeline of {contents.incident}",
        "title": printable(narrative.title or "Title withheld"),
        "date": list(made_at.timetuple()[:6]),
        "made_at": int(made_at.timestamp()),
        "footer": f"{contents.incident}, as of size {contents.size} of {contents.origin}",
        "note": _NOTE,
        "summary": [[name, printable(value)] for name, value in _summary(contents, narrative)],
        "lines": [_line(line) for line in narrative.lines],
        "communications": [_communication(told) for told in narrative.communications],
        "fingerprints": [[name, _breakable(value)] for name, value in _fingerprints(contents)],
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

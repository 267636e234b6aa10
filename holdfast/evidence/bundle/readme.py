"""README.txt: what a bundle is and how to verify it, for whoever has nothing but a text editor."""

from __future__ import annotations

from collections import Counter

from holdfast.evidence.bundle.contents import BundleContents
from holdfast.evidence.bundle.fingerprints import fingerprints_of
from holdfast.evidence.bundle.narrative import Narrative

__all__ = ["readme"]

_DRILL = "THIS IS A DRILL: nothing that is told here has happened.\n\n"

_TEXT = """\
{drill}EVIDENCE OF {incident}

This is the evidence of one ICT incident, as it stood in a tamper-evident log. Whoever holds
it can verify it without the platform that made it, without a network, and without trust in
whoever handed it over.

    Log         {origin}
    As of size  {size}
    Records     {count}, numbers 0 to {last}; {withheld}
    Artifacts   {artifacts}
    Exported    {made_at}, by {exported_by}
    For         {purpose}


HOW TO VERIFY

It takes Python 3.9 or newer, and nothing else:

    python3 -I verify_evidence.py --vkey 'THE KEY OF THE LOG'

in the folder of this file; of a ZIP archive that is not unpacked, name the archive:

    python3 -I verify_evidence.py --vkey 'THE KEY OF THE LOG' BUNDLE.zip

Take the key from somewhere else than this bundle: from the entity that runs the log, from an
earlier bundle, or from your own files. If you do not trust whoever sent this, take
verify_evidence.py from somewhere else as well. It says what holds, what does not, and what it
could not check. Its exit code is 0 if everything holds; else

    2 unreadable   3 version   4 integrity   5 signature   6 completeness

If you kept a checkpoint of this log, add --checkpoint FILE: it shows that the log has only
grown since.


FINGERPRINTS, to be compared over another channel

{fingerprints}


WHAT IS HERE

    index.html          for reading: timeline, decisions, rules, files
    timeline.pdf        the timeline on paper
    bundle.json         what this bundle is
    checkpoint          the signed state of the log that all proofs lead to
    policy              which keys are trusted, as the sender says
    records/            the exact bytes of each record
    leaves/             what the log knows of each record: its hash, its place, no content
    proofs/             that each leaf is in the log under the checkpoint
    artifacts/          policies as applied, alerts as received, attached files
    artifacts.json      which record names which artifact
    log-keys.json       the keys of the log, and rotations/ how each vouched for the next
    timestamps/         what outside authorities say about the time, if there is any
    erasures.json       keys of personal data that were erased
    keys.json           keys of personal data, if this copy is to be read with them
    verify_evidence.py  the verifier
    files.json          hashes of all files: it finds accidents; the proof are the leaves

index.html and timeline.pdf are made from the records for reading. Where they and the records
differ, the records count. Artifacts came from outside: open them with care.
"""


def readme(contents: BundleContents, narrative: Narrative) -> str:
    """Write README.txt."""
    return _TEXT.format(
        drill=_DRILL if narrative.drill else "",
        incident=contents.incident,
        origin=contents.origin,
        size=contents.size,
        count=len(contents.records),
        last=contents.manifest.seq,
        withheld=_withheld(narrative),
        artifacts=_artifacts(contents),
        made_at=narrative.exported.occurred_at,
        exported_by=narrative.exported_by,
        purpose=narrative.purpose,
        fingerprints=_fingerprints(contents),
    )


def _withheld(narrative: Narrative) -> str:
    reasons = Counter(str(line.withheld) for line in narrative.withheld)
    said = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
    return f"content withheld of {said}" if said else "none is withheld"


def _artifacts(contents: BundleContents) -> str:
    withheld = sum(artifact.withheld is not None for artifact in contents.artifacts)
    return f"{len(contents.artifacts)}, of which {withheld} withheld"


def _fingerprints(contents: BundleContents) -> str:
    found = fingerprints_of(contents)
    keys = [
        line
        for vkey, digest in found.keys
        for line in (("key of the log", vkey), ("SHA-256 of that key", digest))
    ]
    lines = [
        *keys,
        ("root of the log", found.root),
        ("SHA-256 of checkpoint", found.checkpoint),
        ("leaf hash of manifest", found.manifest),
    ]
    return "\n".join(f"    {name:<22} {value}" for name, value in lines)

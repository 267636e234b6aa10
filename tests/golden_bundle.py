"""Writes the golden bundle anew: `python -m tests.golden_bundle`, then review the diff.

Its contents are made by hand, so that nothing but a change of the format, or of what people read,
changes it. The verifier is not in it, and neither is the list of hashes that covers the verifier.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from holdfast.evidence.bundle.writing import bundle_files
from tests.bundled import bundle_of, told_events

__all__ = ["GOLDEN", "golden_files"]

GOLDEN = Path(__file__).with_name("golden") / "bundle"
_CHANGES_OFTEN = {"verify_evidence.py", "files.json"}
_READ_BY_PEOPLE = ("README.txt", "index.html")


def golden_files() -> dict[str, bytes]:
    """Make the list of hashes, and what people read."""
    contents, _ = bundle_of(told_events("Payments & transfers fail <at> the gateway"))
    files = bundle_files(contents)
    lines = [
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
        if name not in _CHANGES_OFTEN
    ]
    return {"hashes.txt": "".join(lines).encode()} | {name: files[name] for name in _READ_BY_PEOPLE}


if __name__ == "__main__":
    for file, written in golden_files().items():
        (GOLDEN / file).write_bytes(written)

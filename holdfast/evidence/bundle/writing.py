"""A bundle as bytes: the same contents always give the same files, and the same archive.

Everything but the content of artifacts is written here at once; that content is added by whoever
has it, one after another, so that a large bundle never stands in memory as a whole.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Protocol

from holdfast.domain.values import canonical_json
from holdfast.evidence.bundle.contents import BundleContents, BundledLogKey
from holdfast.evidence.bundle.narrative import narrate
from holdfast.evidence.bundle.page import index_page
from holdfast.evidence.bundle.readme import readme
from holdfast.evidence.bundle.timeline_pdf import timeline_pdf

__all__ = ["BundleFolder", "BundleSink", "BundleZip", "bundle_files", "bundle_names"]

_VERSION = 1
_VERIFIER = Path(__file__).with_name("verify_evidence.py")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


def bundle_files(contents: BundleContents) -> dict[str, bytes]:
    """Write all files but the artifacts' content, by name.

    Raises:
        ValueError: the last record is no manifest.
        Fatal: the PDF cannot be typeset.
    """
    narrative = narrate(contents)
    with ThreadPoolExecutor(max_workers=1) as typesetter:
        # A process of its own sets it meanwhile.
        pdf = typesetter.submit(timeline_pdf, contents, narrative)
        files = dict(_evidence(contents))
        files["README.txt"] = readme(contents, narrative).encode()
        files["index.html"] = index_page(contents, narrative).encode()
        files["verify_evidence.py"] = _VERIFIER.read_bytes()
        files["timeline.pdf"] = pdf.result()
    files["files.json"] = canonical_json(_hashes(contents, files))
    return files


def bundle_names(contents: BundleContents, files: dict[str, bytes]) -> list[str]:
    """Return the names of all files, artifacts among them, in the order of the archive."""
    there = (artifact.name for artifact in contents.artifacts if artifact.withheld is None)
    return sorted({*files, *there})


def _evidence(contents: BundleContents) -> Iterator[tuple[str, bytes]]:
    """Yield what a verifier looks at."""
    yield "bundle.json", canonical_json(_bundle(contents))
    yield "policy", contents.policy.encode()
    yield "checkpoint", contents.checkpoint.encode()
    for record in contents.records:
        if record.body is not None:
            yield f"records/{record.seq:06d}.json", record.body
        yield f"leaves/{record.seq:06d}.json", record.leaf
        yield f"proofs/{record.seq:06d}.tlog-proof", record.proof.encode()
    yield "artifacts.json", canonical_json(_artifacts(contents))
    yield from _growth(contents)
    yield from _keys(contents.log_keys)
    yield from _timestamps(contents)
    if contents.keys:
        listed = [{"key": each.key, "secret": each.secret} for each in contents.keys]
        yield "keys.json", canonical_json(listed)
    yield (
        "erasures.json",
        canonical_json(
            [
                {"key": each.key, "erased_at": each.erased_at, "record": each.record}
                for each in contents.erasures
            ]
        ),
    )


def _bundle(contents: BundleContents) -> dict[str, object]:
    return {
        "format": "holdfast-bundle",
        "v": _VERSION,
        "incident": contents.incident,
        "origin": contents.origin,
        "size": contents.size,
        "manifest": contents.manifest.seq,
        "count": len(contents.records),
        "withheld": [
            {"seq": record.seq, "reason": str(record.withheld)}
            for record in contents.records
            if record.withheld is not None
        ],
        "previous_size": contents.earlier.size if contents.earlier else None,
    }


def _artifacts(contents: BundleContents) -> list[dict[str, object]]:
    return [
        {
            "digest": artifact.digest,
            "media_type": artifact.media_type,
            "size": artifact.size,
            "named_by": list(artifact.named_by),
            "withheld": str(artifact.withheld) if artifact.withheld else None,
        }
        for artifact in sorted(contents.artifacts, key=lambda artifact: artifact.digest)
    ]


def _growth(contents: BundleContents) -> Iterator[tuple[str, bytes]]:
    if contents.earlier is not None:
        lines = (f"{base64.b64encode(each).decode()}\n" for each in contents.earlier.hashes)
        yield "checkpoint.previous", contents.earlier.note.encode()
        yield "consistency", "".join(lines).encode()


def _keys(log_keys: Sequence[BundledLogKey]) -> Iterator[tuple[str, bytes]]:
    listed = []
    for number, key in enumerate(log_keys):
        name = None if key.rotation is None else str(number)
        listed.append({"vkey": key.vkey, "from_size": key.from_size, "rotation": name})
        if key.rotation is not None:
            yield f"rotations/{name}.json", key.rotation.body
            yield f"rotations/{name}.leaf.json", key.rotation.leaf
            yield f"rotations/{name}.tlog-proof", key.rotation.proof.encode()
    yield "log-keys.json", canonical_json(listed)


def _timestamps(contents: BundleContents) -> Iterator[tuple[str, bytes]]:
    for number, token in enumerate(contents.timestamps, 1):
        yield f"timestamps/{contents.size}-{number}.tsr", token
    if contents.timestamps and contents.signed_note != contents.checkpoint:
        # The authority has stamped the note before a witness cosigned it.
        yield f"timestamps/{contents.size}.checkpoint", contents.signed_note.encode()


def _hashes(contents: BundleContents, files: dict[str, bytes]) -> dict[str, str]:
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    # An artifact is named by its hash; whoever adds its content has hashed it.
    there = [artifact for artifact in contents.artifacts if artifact.withheld is None]
    return hashes | {each.name: each.digest.removeprefix("sha256:") for each in there}


class BundleSink(Protocol):
    """Where the files of a bundle go, in the order of their names."""

    def add(self, name: str, content: bytes) -> None:
        """Take one file."""
        ...


class BundleZip:
    """A ZIP archive in which every file is stored; the order of files is the caller's.

    Close it before its file, whatever happens: closing writes the directory.
    """

    def __init__(self, file: BinaryIO) -> None:
        """Write into that file, which is empty and stays open."""
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)

    def add(self, name: str, content: bytes) -> None:
        """Take one file."""
        member = zipfile.ZipInfo(name, _EPOCH)
        # Fixed, or it would depend on the system on which the bundle was made.
        member.create_system, member.external_attr = _UNIX, _PLAIN_FILE
        self._archive.writestr(member, content)

    def close(self) -> None:
        """Write the directory at the end."""
        self._archive.close()


class BundleFolder:
    """A folder, made if need be, in which there is nothing else."""

    def __init__(self, folder: Path) -> None:
        """Write into that folder."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, content: bytes) -> None:
        """Take one file."""
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    def close(self) -> None:
        """Nothing is left to do."""

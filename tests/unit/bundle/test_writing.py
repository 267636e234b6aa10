"""Bundles as bytes: the same contents, the same files, the same archive."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.domain.events import EventKind
from holdfast.evidence.bundle.contents import BundleContents, BundledErasure, BundledKey
from holdfast.evidence.bundle.trust import trust_policy
from holdfast.evidence.bundle.verify_evidence import TrustPolicy
from holdfast.evidence.bundle.writing import BundleFolder, BundleZip, bundle_files, bundle_names
from tests.bundled import INCIDENT, SIGNER, bundle_of, told_events, walked_events
from tests.exported import verdict_on
from tests.golden_bundle import GOLDEN, golden_files
from tests.hostile_texts import HOSTILE
from tests.log_in_memory import witness_vkey


def archive_of(contents: BundleContents, artifacts: dict[str, bytes]) -> bytes:
    """The archive of a bundle."""
    files = bundle_files(contents)
    archive = io.BytesIO()
    with contextlib.closing(BundleZip(archive)) as sink:
        for name in bundle_names(contents, files):
            digest = f"sha256:{name.removeprefix('artifacts/')}"
            sink.add(name, files[name] if name in files else artifacts[digest])
    return archive.getvalue()


def test_the_same_contents_give_the_same_archive() -> None:
    """Byte for byte."""
    assert archive_of(*bundle_of(walked_events())) == archive_of(*bundle_of(walked_events()))


def test_an_archive_holds_plain_files_in_order() -> None:
    """Stored, by name, dated 1980-01-01, with the attributes of a plain file and nothing more."""
    archive = archive_of(*bundle_of(walked_events()))
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        names = bundle.namelist()
        assert names == sorted(names)
        for member in bundle.infolist():
            assert member.compress_type == zipfile.ZIP_STORED
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert (member.create_system, member.external_attr) == (3, 0o100644 << 16)
            assert (member.extra, member.comment) == (b"", b"")


@pytest.mark.parametrize(
    "withheld",
    [(), (EventKind.DECISION_ANSWERED,), tuple(set(EventKind) - {EventKind.EVIDENCE_EXPORTED})],
    ids=["whole", "redacted", "nothing but the manifest"],
)
def test_a_bundle_verifies(withheld: tuple[EventKind, ...], tmp_path: Path) -> None:
    """By the verifier that it brings along, with the key from elsewhere."""
    archive = archive_of(*bundle_of(walked_events(), withheld))
    verdict = verdict_on(archive, tmp_path, "--vkey", SIGNER.verifier.vkey)
    assert (verdict.exit_code, verdict.fails) == (0, [])


def test_a_bundle_of_hostile_texts_verifies(tmp_path: Path) -> None:
    """Whatever people write, the files are well-formed."""
    events = [event for text in HOSTILE.values() for event in told_events(text)]
    assert verdict_on(archive_of(*bundle_of(events)), tmp_path).exit_code == 0


def test_a_folder_holds_the_same_files(tmp_path: Path) -> None:
    """Nothing more, nothing less."""
    contents, artifacts = bundle_of(walked_events())
    files = bundle_files(contents)
    sink = BundleFolder(tmp_path / "bundle")
    for name in bundle_names(contents, files):
        sink.add(name, files.get(name) or artifacts[f"sha256:{name.removeprefix('artifacts/')}"])
    sink.close()
    with zipfile.ZipFile(io.BytesIO(archive_of(contents, artifacts))) as bundle:
        for name in bundle.namelist():
            assert (tmp_path / "bundle" / name).read_bytes() == bundle.read(name)
        found = [path for path in (tmp_path / "bundle").rglob("*") if path.is_file()]
        assert len(found) == len(bundle.namelist())


def test_every_file_is_listed_with_its_hash() -> None:
    """Artifacts by the hash that is their name."""
    contents, artifacts = bundle_of(walked_events())
    files = bundle_files(contents)
    listed = json.loads(files["files.json"])
    assert sorted([*listed, "files.json"]) == bundle_names(contents, files)
    for name, digest in listed.items():
        content = files.get(name) or artifacts[f"sha256:{name.removeprefix('artifacts/')}"]
        assert hashlib.sha256(content).hexdigest() == digest


def test_keys_and_erasures_are_told_where_there_are_any(tmp_path: Path) -> None:
    """`keys.json` is there for a reader who may have them only."""
    contents, artifacts = bundle_of(walked_events())
    assert "keys.json" not in bundle_files(contents)
    told = replace(
        contents,
        keys=[BundledKey("person-1", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")],
        erasures=[BundledErasure("person-2", "2026-09-01T08:00:00.000000Z", "erasure/dsr-1#0")],
    )
    files = bundle_files(told)
    assert json.loads(files["keys.json"])[0]["key"] == "person-1"
    assert json.loads(files["erasures.json"])[0]["record"] == "erasure/dsr-1#0"
    assert verdict_on(archive_of(told, artifacts), tmp_path).exit_code == 0


def test_a_bundle_ends_with_its_manifest() -> None:
    """Contents that do not are no bundle."""
    contents, _ = bundle_of(walked_events())
    with pytest.raises(ValueError, match="manifest"):
        bundle_files(replace(contents, records=contents.records[:-1]))


@pytest.mark.parametrize("witnesses", [[], [witness_vkey()]])
def test_the_trust_policy_is_one(witnesses: list[str]) -> None:
    """C2SP tlog-policy: the log, its witnesses if any, and exactly one quorum."""
    text = trust_policy([SIGNER.verifier.vkey], witnesses)
    policy = TrustPolicy.parse(text.encode())
    assert [key.vkey for key in policy.logs] == [SIGNER.verifier.vkey]
    assert [key.vkey for key in policy.witnesses.values()] == witnesses
    assert text.count("quorum ") == 1
    assert policy.is_met_by(policy.witnesses)
    assert policy.is_met_by([]) is not bool(witnesses)


def test_a_bundle_is_as_it_was_reviewed() -> None:
    """Golden files; `python -m tests.golden_bundle` writes them anew."""
    for name, content in golden_files().items():
        assert (GOLDEN / name).read_bytes() == content, name


def test_the_readme_says_what_to_compare() -> None:
    """The incident, its log, the key, and how to verify."""
    contents, _ = bundle_of(walked_events(), {EventKind.CLOCK_ARMED})
    said = bundle_files(contents)["README.txt"].decode()
    for words in (INCIDENT, contents.origin, SIGNER.verifier.vkey, "python3 -I verify_evidence.py"):
        assert words in said
    assert (
        f"content withheld of {said.split('content withheld of ')[1].split()[0]} redacted" in said
    )

"""A bundle that holds, verified as an auditor does: one file, a bare Python, an empty folder."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.evidence.bundle import verify_evidence
from holdfast.evidence.bundle.verify_evidence import Failure
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.merkle import leaf_hash
from holdfast.evidence.log.note import NoteSigner
from tests.evidence_bundles import (
    EVERYTHING,
    Files,
    Plan,
    good_bundle,
    listed,
    verified,
    write_folder,
    zipped,
)
from tests.log_in_memory import NEXT_SIGNER, ORIGIN, SIGNER

PROGRAM = Path(verify_evidence.__file__)
OLD_KEY, NEW_KEY = SIGNER.verifier.vkey, NEXT_SIGNER.verifier.vkey
STRANGER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))


@pytest.fixture(scope="module")
def everything() -> Files:
    """A bundle with all that a bundle can have."""
    return good_bundle(EVERYTHING)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The verifier alone in a folder, as it came by mail."""
    return Path(shutil.copy(PROGRAM, tmp_path))


def run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it without site packages, environment, or anything beside it."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", str(program), *arguments],
        cwd=program.parent,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_good_archive_holds(program: Path, everything: Files) -> None:
    """The words say what holds and what was not checked, and nothing is written anywhere."""
    (program.parent / "bundle.zip").write_bytes(zipped(everything))
    before = sorted(program.parent.rglob("*"))
    done = run(program, "bundle.zip", "--vkey", SIGNER.verifier.vkey)
    assert (done.returncode, done.stderr) == (0, "")
    assert "IT HOLDS (exit code 0)" in done.stdout
    assert "nothing was cut off at the end" in done.stdout
    assert sorted(program.parent.rglob("*")) == before


def test_a_good_folder_holds_from_inside_it(tmp_path: Path, everything: Files) -> None:
    """Whoever unpacks a bundle runs what lies in it, and is told what that is worth."""
    files = listed({**everything, "verify_evidence.py": PROGRAM.read_bytes()})
    done = run(write_folder(files, tmp_path / "bundle") / "verify_evidence.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert "it came from the bundle itself. Compare" in done.stdout
    assert "This verifier itself: it came with the bundle." in done.stdout


def test_a_module_beside_the_verifier_is_not_run(tmp_path: Path, everything: Files) -> None:
    """A hostile folder must not have a word in how it is verified."""
    files = {**everything, "verify_evidence.py": PROGRAM.read_bytes()}
    hostile = {**files, "json.py": b"raise SystemExit(0)", "base64.py": b"raise SystemExit(0)"}
    folder = write_folder(listed(hostile), tmp_path / "bundle")
    done = subprocess.run(
        [sys.executable, "-B", "verify_evidence.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == Failure.UNREADABLE
    assert "json.py: a bundle has no such file" in done.stdout


def test_the_result_is_there_for_programs_too(program: Path, everything: Files) -> None:
    """As JSON, in ASCII, with the same words."""
    less = {name: each for name, each in everything.items() if name != "records/000004.json"}
    write_folder(less, program.parent / "bundle")
    done = run(program, "bundle", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == result["exit_code"] == Failure.UNREADABLE
    assert {fault["class"] for fault in result["fails"]} == {"unreadable", "completeness"}
    assert any(
        "record 4 (incident/INC-2026-000001#4)" in fault["what"] for fault in result["fails"]
    )


def test_what_the_command_line_says_wrongly_is_refused(program: Path) -> None:
    """No traceback for a key that is none, or a file that is not there."""
    for arguments in (["--vkey", "no key"], ["--checkpoint", "nowhere"], ["nowhere.zip"]):
        done = run(program, *arguments)
        assert done.returncode == Failure.UNREADABLE
        assert "Traceback" not in done.stderr


def test_the_program_runs_on_python_3_9() -> None:
    """As far as its grammar tells: auditors have what their machines have."""
    ast.parse(PROGRAM.read_text(), feature_version=(3, 9))


@pytest.mark.parametrize(
    "plan",
    [Plan(), Plan(records=1), Plan(records=0), Plan(previous=True), EVERYTHING],
    ids=["plain", "one", "none", "grown", "everything"],
)
@pytest.mark.parametrize("vkeys", [(), (OLD_KEY,)], ids=["trusting", "with the key"])
def test_good_bundles_hold(plan: Plan, vkeys: tuple[str, ...]) -> None:
    """Of every kind, with or without a key from elsewhere."""
    report = verified(good_bundle(plan), *vkeys)
    assert report.fails == []
    assert any("Whose key the log's" in words for words in report.not_checked) != bool(vkeys)


def test_what_is_withheld_is_named_as_not_checked(everything: Files) -> None:
    """Its place and its hash are proven; nobody may take that for more."""
    words = verified(everything).not_checked
    proven = "its place and hash are proven, its content was not checked."
    assert f"record 3 (incident/INC-2026-000001#3): redacted; {proven}" in words
    assert f"record 5 (incident/INC-2026-000001#5): disposed; {proven}" in words
    assert any("sealed field(s): only their ciphertext" in line for line in words)
    assert any("NOT checked here" in line and "openssl ts -verify" in line for line in words)


def test_the_key_of_later_is_enough(everything: Files) -> None:
    """Whoever has the new key only, verifies what the new key has signed."""
    assert verified(everything, NEW_KEY).fails == []


@pytest.mark.parametrize("name", ["checkpoint", "checkpoint.previous"])
def test_a_checkpoint_that_was_kept_is_compared(everything: Files, name: str) -> None:
    """Of the same size, or of the earlier size that the bundle was asked to grow out of."""
    report = verified(everything, kept=everything[name])
    assert report.fails == []
    assert "is of the same history" in report.holds[-1]


def kept(size: int, origin: str, *signers: NoteSigner) -> bytes:
    """A checkpoint of a log of other leaves."""
    return Checkpoint(origin, size, leaf_hash(b"another")).signed(signers).encode()


def test_a_checkpoint_of_another_size_cannot_be_compared(everything: Files) -> None:
    """What to ask for is said, and nothing is claimed."""
    report = verified(everything, kept=kept(5, ORIGIN, SIGNER))
    assert report.fails == []
    assert any("exported with 5 as its previous size" in line for line in report.not_checked)


@pytest.mark.parametrize(
    ("origin", "key", "failure", "words"),
    [
        (ORIGIN, NEXT_SIGNER, Failure.INTEGRITY, "the log has shown two histories"),
        (ORIGIN, STRANGER, Failure.SIGNATURE, "no key that you trust has signed it"),
        ("other.example", NEXT_SIGNER, Failure.SIGNATURE, "another log, 'other.example'"),
    ],
    ids=["fork", "stranger", "another log"],
)
def test_a_checkpoint_that_contradicts_the_bundle_is_a_failure(
    everything: Files, origin: str, key: NoteSigner, failure: Failure, words: str
) -> None:
    """Somebody was shown something else."""
    size = json.loads(everything["bundle.json"])["size"]
    report = verified(everything, kept=kept(size, origin, key))
    assert report.exit_code == failure
    assert words in report.fails[0][1]

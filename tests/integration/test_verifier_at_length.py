"""The verifier on what takes long: large bundles, archives of many members, and many changes."""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdfast.evidence.bundle import verify_evidence
from holdfast.evidence.bundle.verify_evidence import Failure
from tests.evidence_bundles import (
    EVERYTHING,
    Plan,
    good_bundle,
    listed,
    verified,
    write_folder,
    zipped,
)
from tests.unit.verifier.test_any_change_is_seen import mutated

RECORDS = 5_000
AT_MOST_SECONDS = 5
MUTATIONS = 2_000
SIGNATURES = 300
MEMBERS = 70_000


@pytest.mark.parametrize("as_archive", [True, False], ids=["archive", "folder"])
def test_five_thousand_records_take_seconds(tmp_path: Path, *, as_archive: bool) -> None:
    """As a program of its own, with nothing but the standard library."""
    files = good_bundle(Plan(records=RECORDS))
    bundle = tmp_path / "bundle"
    if as_archive:
        bundle.write_bytes(zipped(files))
    else:
        write_folder(files, bundle)
    program = shutil.copy(verify_evidence.__file__, tmp_path)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(bundle)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    # Of the processor: other work on this machine is not the verifier's.
    taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert taken < AT_MOST_SECONDS


def test_an_archive_of_many_members_is_read(tmp_path: Path) -> None:
    """Beyond 65,535 members a ZIP archive has a directory of another form."""
    names = [f"a{number:06d}" for number in range(MEMBERS)]
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as members:
        for name in names:
            members.writestr(zipfile.ZipInfo(name), b"")
    files = verify_evidence.open_files(tmp_path / "many.zip")
    assert list(files.sizes) == names
    assert files.read(names[-1]) == b""
    files.close()


def test_no_byte_of_a_bundle_with_everything_can_change() -> None:
    """Thousands of changes, each of one byte of one file."""
    chance, files = random.Random(32022), good_bundle(EVERYTHING)  # noqa: S311 - repeatable
    for _ in range(MUTATIONS):
        what, changed = mutated(files, chance)
        assert verified(changed).exit_code in set(Failure), what


def test_no_byte_of_the_evidence_can_change_even_if_the_list_fits() -> None:
    """The proof are the leaves and the signatures: files.json is only for accidents."""
    chance, files = random.Random(2554), good_bundle(EVERYTHING)  # noqa: S311 - repeatable
    bound = ("records/", "leaves/", "proofs/", "artifacts/", "rotations/", "checkpoint", "consist")
    evidence = {name: content for name, content in files.items() if name.startswith(bound)}
    for _ in range(MUTATIONS):
        what, changed = mutated(evidence, chance)
        report = verified(listed({**files, **changed}))
        assert report.exit_code in set(Failure), what
        assert not any("this verifier failed" in said for _, said in report.fails), what


def test_a_changed_archive_is_refused_or_says_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One byte of the archive itself: no traceback, and never other evidence that holds."""
    chance = random.Random(2554)  # noqa: S311 - repeatable
    files = good_bundle(Plan(records=2))
    content, path = zipped(files), tmp_path / "bundle.zip"
    for _ in range(MUTATIONS):
        at = chance.randrange(len(content))
        bad = bytes([content[at] ^ chance.randrange(1, 256)])
        path.write_bytes(content[:at] + bad + content[at + 1 :])
        if verify_evidence.main([str(path)]) == 0:
            opened = verify_evidence.open_files(path)
            assert {name: opened.read(name) for name in opened.sizes} == files
            opened.close()
        assert "this verifier failed" not in capsys.readouterr().out


def genuine(public: bytes, message: bytes, signature: bytes) -> bool:
    """What the library says."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_ed25519_agrees_with_the_library_at_length() -> None:
    """Good signatures, and those with a bit changed in key, message or signature."""
    chance = random.Random(8032)  # noqa: S311 - repeatable
    for _ in range(SIGNATURES):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        message = chance.randbytes(chance.randrange(300))
        parts = [key.public_key().public_bytes_raw(), message + b"!", key.sign(message + b"!")]
        assert verify_evidence.verify_ed25519(*parts)
        part = chance.randrange(3)
        bad = bytearray(parts[part])
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        parts[part] = bytes(bad)
        assert verify_evidence.verify_ed25519(*parts) == genuine(*parts)

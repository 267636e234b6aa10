"""Whatever is changed in a bundle, by accident or with a file or a byte at a time, is seen."""

from __future__ import annotations

import random

import pytest

from holdfast.evidence.bundle.verify_evidence import Failure
from tests.bundle_attacks import triple
from tests.evidence_bundles import EVERYTHING, Files, Plan, good_bundle, listed, verified
from tests.log_in_memory import SIGNER

SMALL = good_bundle(
    Plan(records=3, previous=True, rotated=True, witnessed=True, stamped=True, personal=True)
)
ALL = good_bundle(EVERYTHING)
MUTATIONS = 500


def mutated(files: Files, chance: random.Random) -> tuple[str, Files]:
    """One byte of one file exchanged, removed or added, each file as likely as the other."""
    name = chance.choice([name for name in files if files[name]])
    content = files[name]
    at = chance.randrange(len(content))
    new = bytes([content[at] ^ chance.randrange(1, 256)])
    changes = [
        content[:at] + new + content[at + 1 :],
        content[:at] + content[at + 1 :],
        content[:at] + new + content[at:],
    ]
    return f"{name}, byte {at}", {**files, name: chance.choice(changes)}


def test_no_byte_of_a_bundle_can_change() -> None:
    """In any file, the list of the files included; every one is seen with a known class."""
    chance = random.Random(2554)  # noqa: S311 - the same changes in every run
    for _ in range(MUTATIONS):
        what, files = mutated(SMALL, chance)
        report = verified(files)
        assert report.exit_code in set(Failure), what


@pytest.mark.parametrize("name", ALL)
def test_no_file_of_a_bundle_can_go(name: str) -> None:
    """An accident is seen in the list of files."""
    report = verified({each: content for each, content in ALL.items() if each != name})
    assert report.exit_code == Failure.UNREADABLE


EVIDENCE = [name for name in ALL if name not in {"README.txt", "index.html", "erasures.json"}]


@pytest.mark.parametrize("name", EVIDENCE)
def test_no_file_of_the_evidence_can_go_even_if_the_list_fits(name: str) -> None:
    """A forger is seen as well, except in what is for reading."""
    files = listed({each: content for each, content in ALL.items() if each != name})
    if name.startswith("timestamps/"):
        assert any(said.startswith("Times:") for said in verified(files).not_checked)
    elif name != "files.json":
        assert verified(files).exit_code in set(Failure)


@pytest.mark.parametrize("seq", range(13))
def test_no_record_can_go(seq: int) -> None:
    """Not even with its leaf and its proof: the next one, or the manifest, tells."""
    files = listed({name: each for name, each in ALL.items() if name not in triple(seq)})
    report = verified(files, SIGNER.verifier.vkey)
    assert report.exit_code in {Failure.COMPLETENESS, Failure.INTEGRITY}
    assert any(said.startswith(f"record {seq}: missing") for _, said in report.fails)


@pytest.mark.parametrize("end", range(13))
def test_no_end_of_a_bundle_can_be_cut_off(end: int) -> None:
    """Whatever bundle.json then says."""
    plan = Plan(records=12)
    files = good_bundle(plan)
    gone = [name for seq in range(end, 13) for name in triple(seq)]
    left = {name: content for name, content in files.items() if name not in gone}
    counts = b'"count":%d' % end, b'"manifest":%d' % max(end - 1, 0)
    bundle = left["bundle.json"].replace(b'"count":13', counts[0])
    bundle = bundle.replace(b'"manifest":12', counts[1])
    report = verified(listed({**left, "bundle.json": bundle}))
    assert report.exit_code == Failure.COMPLETENESS

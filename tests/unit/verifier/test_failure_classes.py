"""Each way in which a bundle can be false: the class, and words that name what is false."""

from __future__ import annotations

import json
import re

import pytest

from holdfast.domain.policies import APPROVAL_MATRIX
from holdfast.domain.values import JsonObject
from holdfast.evidence.bundle.verify_evidence import Failure
from holdfast.evidence.log.checkpoint import Checkpoint
from tests.bundle_attacks import (
    Attack,
    bad_signature,
    member,
    replaced,
    rows,
    swapped,
    triple,
    without,
)
from tests.evidence_bundles import EVERYTHING, Files, good_bundle, listed, verified
from tests.log_in_memory import NEXT_SIGNER, SIGNER, cosignature, timestamp
from tests.rulebook import POLICIES

ALL = good_bundle(EVERYTHING)
SIZE = json.loads(ALL["bundle.json"])["size"]
FIRST = "incident/INC-2026-000001#"


def _row_of_the_matrix(listed_artifacts: list[JsonObject]) -> JsonObject:
    """The row of a policy under which records were made."""
    digest = POLICIES[APPROVAL_MATRIX].pin.digest
    return next(row for row in listed_artifacts if row["digest"] == digest)


def cut(files: Files) -> None:
    """Cut the last records off, and count anew."""
    without(*triple(11), *triple(12))(files)
    member("bundle.json", count=11, manifest=10)(files)


def moved(files: Files) -> None:
    """Claim another place in the log, in leaf and proof alike."""
    replaced("leaves/000004.json", b'"index":9', b'"index":8')(files)
    replaced("proofs/000004.tlog-proof", b"index 9", b"index 8")(files)


def left_out(files: Files) -> None:
    """Leave a record in the middle out, and close the gap."""
    without(*triple(7))(files)
    for seq in range(8, 13):
        for name, later in zip(triple(seq - 1), triple(seq), strict=True):
            files[name] = files.pop(later)
    member("bundle.json", count=12, manifest=11)(files)


def resigned(files: Files) -> None:
    """Put a signature by the new key over another root."""
    text = Checkpoint.parse(files["checkpoint"].decode().split("\n\n")[0] + "\n")
    other = Checkpoint(text.origin, text.size, bytes(32)).signed([NEXT_SIGNER])
    for name in [name for name in files if name.startswith("proofs/")]:
        files[name] = files[name].replace(files["checkpoint"], other.encode())
    files["checkpoint"] = other.encode()


def not_cosigned(files: Files) -> None:
    """Leave the witness's line out, and have the rest stamped."""
    line = cosignature(files["checkpoint"].decode().split("\n\n")[0] + "\n").encode()
    for name in [name for name in files if line in files[name]]:
        files[name] = files[name].replace(line, b"")
    files[f"timestamps/{SIZE}-1.tsr"] = timestamp(files["checkpoint"])


def forked(files: Files) -> None:
    """Let another checkpoint of the same size, with another root, be stamped."""
    text = Checkpoint.parse(files["checkpoint"].decode().split("\n\n")[0] + "\n")
    other = Checkpoint(text.origin, text.size, bytes(32)).signed([NEXT_SIGNER]).encode()
    files[f"timestamps/{SIZE}.checkpoint"] = other
    files[f"timestamps/{SIZE}-1.tsr"] = timestamp(other)


def artifact(files: Files) -> str:
    """The name of an artifact that is there."""
    return next(name for name in sorted(files) if name.startswith("artifacts/"))


ATTACKS: dict[str, tuple[Attack, Failure, str]] = {
    "no bundle": (without("bundle.json"), Failure.UNREADABLE, "this is no bundle of evidence"),
    "no checkpoint": (without("checkpoint"), Failure.UNREADABLE, "'checkpoint' is missing"),
    "no policy": (without("policy"), Failure.UNREADABLE, "'policy' is missing"),
    "bundle.json is no JSON": (
        replaced("bundle.json", b"{", b"["),
        Failure.UNREADABLE,
        "bundle.json: it is no JSON",
    ),
    "unknown member": (member("bundle.json", more=1), Failure.UNREADABLE, "'more' is unknown"),
    "added file": (
        lambda files: files.update({"records/more.json": b"{}"}),
        Failure.UNREADABLE,
        "records/more.json: a bundle has no such file",
    ),
    "added artifact": (
        lambda files: files.update({f"artifacts/{'a' * 64}": b""}),
        Failure.UNREADABLE,
        "artifacts.json does not list it",
    ),
    "another format": (
        member("bundle.json", format="other"),
        Failure.VERSION,
        "the format 'other' is unknown",
    ),
    "bundle of a later version": (
        member("bundle.json", v=2, more=1),
        Failure.VERSION,
        "it is of version '2'",
    ),
    "record": (
        replaced("records/000004.json", b"INC-2026-000001", b"INC-2026-000003"),
        Failure.INTEGRITY,
        rf"^record 4 \({FIRST}4, [a-z.]+\): its content is not what the log committed to",
    ),
    "leaf": (
        replaced("leaves/000004.json", b'"index":9', b'"index":8'),
        Failure.INTEGRITY,
        rf"^record 4 \({FIRST}4, [a-z.]+\): its proof is for another place",
    ),
    "leaf and place": (
        moved,
        Failure.INTEGRITY,
        rf"^record 4 \({FIRST}4, [a-z.]+\): its leaf is not in the log",
    ),
    "swapped records": (
        swapped(("records/000006.json", "records/000004.json")),
        Failure.INTEGRITY,
        rf"^record 6 \({FIRST}6, [a-z.]+\): its content is not what",
    ),
    "swapped proofs": (
        swapped(("proofs/000006.tlog-proof", "proofs/000004.tlog-proof")),
        Failure.INTEGRITY,
        "^record 4 .*: its proof is for another place",
    ),
    "reordered": (
        swapped(*zip(triple(6), triple(4), strict=True)),
        Failure.COMPLETENESS,
        "^record 4 .*: in the log it is number 6 of the incident",
    ),
    "artifact": (
        lambda files: files.update({artifact(files): b"{}"}),
        Failure.INTEGRITY,
        "^artifact sha256:.*: its content is not that which the records name",
    ),
    "artifact's size": (
        rows("artifacts.json", lambda each: each[1].update(size=1)),
        Failure.INTEGRITY,
        "its size is not what artifacts.json says",
    ),
    "artifact that nobody names": (
        rows("artifacts.json", lambda each: each[1].update(named_by=[2])),
        Failure.COMPLETENESS,
        "^artifact .*: record 2 .* does not name it",
    ),
    "consistency": (swapped(("consistency", "policy")), Failure.UNREADABLE, "^policy: its line"),
    "earlier checkpoint": (
        lambda files: files.update(
            {
                "checkpoint.previous": re.sub(
                    rb"(?<=\n).{44}", b"A" * 43 + b"=", ALL["checkpoint.previous"], count=1
                )
            }
        ),
        Failure.INTEGRITY,
        "^checkpoint.previous: the log did not grow out of it",
    ),
    "fork": (forked, Failure.INTEGRITY, r"^timestamps/27-1.tsr: the log has shown two histories"),
    "timestamp": (
        lambda files: files.update({f"timestamps/{SIZE}-1.tsr": timestamp(b"other")}),
        Failure.INTEGRITY,
        "it is not over checkpoint, but over something else",
    ),
    "token that is none": (
        lambda files: files.update({f"timestamps/{SIZE}-1.tsr": b"\x30\x84"}),
        Failure.INTEGRITY,
        "^timestamps/27-1.tsr: it is no DER",
    ),
    "another root": (resigned, Failure.INTEGRITY, "^record 0 .*: the inclusion proof fails"),
    "witness": (
        not_cosigned,
        Failure.SIGNATURE,
        "^policy: the cosignatures .0. are not the quorum",
    ),
    "rotation": (
        bad_signature("rotations/1.tlog-proof"),
        Failure.SIGNATURE,
        "^rotations/1: the signature of .* is not genuine",
    ),
    "policy of another log": (
        lambda files: files.update(
            {"policy": b"log other+b2fd1bb5+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n"}
        ),
        Failure.UNREADABLE,
        "is no verifier key",
    ),
    "missing record": (
        without("records/000004.json"),
        Failure.COMPLETENESS,
        f"{FIRST}4.: its content is missing",
    ),
    "missing proof": (
        without(triple(4)[2]),
        Failure.COMPLETENESS,
        "^record 4 .*: its proof is missing",
    ),
    "missing leaf": (
        without(triple(4)[1]),
        Failure.COMPLETENESS,
        "^record 4 .*: its leaf is missing",
    ),
    "missing records": (
        without(*triple(4), *triple(6), *triple(7)),
        Failure.COMPLETENESS,
        "^records 6 to 7: missing",
    ),
    "left out": (
        left_out,
        Failure.COMPLETENESS,
        rf"^record 7 \({FIRST}8, .*: in the log it is number 8",
    ),
    "cut": (
        cut,
        Failure.COMPLETENESS,
        "^record 10 .*: it is no manifest that closes the chain",
    ),
    "too many": (
        member("bundle.json", count=12, manifest=11),
        Failure.COMPLETENESS,
        "^record 12 .*: bundle.json counts 12",
    ),
    "withheld and here": (
        member("bundle.json", withheld=[{"reason": "redacted", "seq": seq} for seq in (3, 4, 5)]),
        Failure.COMPLETENESS,
        "^record 4 .* said to be withheld, and yet it is here",
    ),
    "artifact away": (
        lambda files: files.pop(artifact(files)),
        Failure.COMPLETENESS,
        "^artifact .*: it is not here, and nothing says why",
    ),
    "artifact unlisted": (
        lambda files: files.update({"artifacts.json": b"[]"}),
        Failure.UNREADABLE,
        "does not list it",
    ),
    "artifact unknown": (
        rows("artifacts.json", lambda each: each.remove(_row_of_the_matrix(each))),
        Failure.COMPLETENESS,
        r"^record \d+ .*: the artifact sha256:.* that it names is not in artifacts.json",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_forger_who_fits_files_json_is_found(attack: str) -> None:
    """Each attack has its class, and the words name what is false."""
    act, failure, words = ATTACKS[attack]
    files = dict(ALL)
    act(files)
    report = verified(listed(files), SIGNER.verifier.vkey)
    assert any(kind is failure and re.search(words, said) for kind, said in report.fails)
    assert report.exit_code == failure, report.fails

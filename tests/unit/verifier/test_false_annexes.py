"""What belongs to the evidence beside the records: artifacts, timestamps, what it grew out of."""

from __future__ import annotations

import json
import re

import pytest

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.evidence.bundle.verify_evidence import Failure, TimestampInfo, Wrong
from tests.bundle_attacks import Attack, member, replaced, rows
from tests.evidence_bundles import EVERYTHING, Files, Plan, body_of, good_bundle, listed, verified
from tests.log_in_memory import SIGNER, timestamp

ALL = good_bundle(EVERYTHING)
SIZE = json.loads(ALL["bundle.json"])["size"]
STAMP = f"timestamps/{SIZE}-1.tsr"


def stamped_earlier(files: Files) -> None:
    """Add a timestamp of the earlier checkpoint, as its size asks."""
    files[f"timestamps/{SIZE // 2}.checkpoint"] = ALL["checkpoint.previous"]
    files[f"timestamps/{SIZE // 2}-1.tsr"] = timestamp(ALL["checkpoint.previous"])


def misnamed(files: Files) -> None:
    """Add it under another size."""
    files["timestamps/5.checkpoint"] = ALL["checkpoint.previous"]
    files["timestamps/5-1.tsr"] = timestamp(ALL["checkpoint.previous"])


def revealed(files: Files) -> None:
    """Put an artifact back that is said to be withheld."""
    digest = next(each for each in json.loads(files["artifacts.json"]) if each["withheld"])[
        "digest"
    ]
    files[f"artifacts/{digest[7:]}"] = b""


ATTACKS: dict[str, tuple[Attack, Failure, str]] = {
    "out of order": (rows("artifacts.json", list.reverse), Failure.UNREADABLE, "the order of the"),
    "listed twice": (
        rows("artifacts.json", lambda each: each.insert(0, each[0])),
        Failure.UNREADABLE,
        "lists one twice",
    ),
    "revealed": (
        revealed,
        Failure.COMPLETENESS,
        "^artifact .*: it is said to be withheld, and yet",
    ),
    "named by nobody": (
        rows("artifacts.json", lambda each: each[1].update(named_by=[99])),
        Failure.COMPLETENESS,
        "record 99 names it, which is not in the bundle",
    ),
    "no time without a checkpoint": (
        lambda files: files.update({"timestamps/5-1.tsr": timestamp(b"")}),
        Failure.UNREADABLE,
        "'timestamps/5.checkpoint' is missing",
    ),
    "no checkpoint without a time": (
        lambda files: files.update({"timestamps/5.checkpoint": ALL["checkpoint"]}),
        Failure.UNREADABLE,
        "^timestamps/5.checkpoint: no timestamp is over it",
    ),
    "misnamed": (misnamed, Failure.INTEGRITY, "^timestamps/5-1.tsr: .* is not of size 5"),
    "earlier size": (
        member("bundle.json", previous_size=2),
        Failure.INTEGRITY,
        "^checkpoint.previous: its size is not the 'previous_size'",
    ),
    "consistency without an end": (
        lambda files: files.update({"consistency": files["consistency"] + b"A" * 43 + b"="}),
        Failure.INTEGRITY,
        "^consistency: its last line has no end",
    ),
    "consistency with more": (
        lambda files: files.update({"consistency": files["consistency"] + b"A" * 43 + b"=\n"}),
        Failure.INTEGRITY,
        "^checkpoint.previous: the log did not grow out of it",
    ),
    "short hash": (
        lambda files: files.update({"consistency": b"AAAA\n"}),
        Failure.INTEGRITY,
        "^consistency: a line is no SHA-256 hash",
    ),
    "proof of a later form": (
        replaced("proofs/000004.tlog-proof", b"@v1", b"@v2"),
        Failure.VERSION,
        "^record 4 .*: the proof is of the unknown form",
    ),
    "proof to another checkpoint": (
        replaced("proofs/000004.tlog-proof", b"\nbank", b"\nsank"),
        Failure.INTEGRITY,
        "^record 4 .*: its proof leads to another checkpoint",
    ),
    "withheld and unknown": (
        member("bundle.json", withheld=[{"reason": "redacted", "seq": n} for n in (3, 5, 99)]),
        Failure.COMPLETENESS,
        "^bundle.json: it withholds the content of record 99",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_false_annexes_are_found(attack: str) -> None:
    """Each with its class and its words, though files.json fits."""
    act, failure, words = ATTACKS[attack]
    files = dict(ALL)
    act(files)
    report = verified(listed(files))
    assert any(kind is failure and re.search(words, said) for kind, said in report.fails)
    assert report.exit_code == failure, report.fails


def test_an_earlier_checkpoint_can_be_stamped_as_well() -> None:
    """The token lies beside the checkpoint that it is over."""
    files = dict(ALL)
    stamped_earlier(files)
    report = verified(listed(files), SIGNER.verifier.vkey)
    assert report.fails == []
    assert "2 timestamp(s) are over checkpoints of the log." in report.holds


def test_an_extra_line_of_a_proof_says_nothing() -> None:
    """As C2SP tlog-proof allows."""
    files = dict(ALL)
    replaced("proofs/000004.tlog-proof", b"@v1\n", b"@v1\nextra AAAA\n")(files)
    assert verified(listed(files)).fails == []


def test_an_attachment_has_to_be_listed() -> None:
    """Its content may be withheld, but not that there is such a file."""
    digest = f"sha256:{'a' * 64}"
    subject = Subject(type="attachment", id="a1", digest=digest)
    event = Event(kind=EventKind.ATTACHMENT_COLLECTED, subject=subject)
    plan = Plan(records=3, record_edits={1: lambda _: body_of(event, 1)[1]})
    report = verified(good_bundle(plan))
    assert report.exit_code == Failure.COMPLETENESS
    assert report.fails[0][1].startswith("record 1 (incident/INC-2026-000001#1, attachment.collec")
    assert digest in report.fails[0][1]


def test_a_record_that_is_in_the_log_twice_is_found() -> None:
    """One id stands for one record, for ever."""
    again = body_of(Event(kind=EventKind.INCIDENT_CONFIRMED, subject=Subject(type="i", id="i")), 0)
    plan = Plan(
        records=3,
        record_edits={1: lambda _: again[1]},
        leaf_edits={1: lambda leaf: leaf.replace(b'#1"', b'#0"')},
    )
    report = verified(good_bundle(plan))
    assert report.exit_code == Failure.INTEGRITY
    assert "its id is that of record 0 as well" in report.fails[0][1]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (bytes.fromhex("2a864886f70d010702"), bytes(9), "no signed token"),
        (bytes.fromhex("2a864886f70d0109100104"), bytes(11), "no timestamp"),
        (bytes.fromhex("608648016503040201"), bytes(9), "its imprint is not SHA-256"),
        (b"20260304", b"2026\xff304", "no RFC 3161 timestamp"),
        (b"", b"\x30\x84\xff\xff\xff\xff", "no RFC 3161 timestamp|no DER"),
    ],
    ids=["type", "content", "algorithm", "time", "length"],
)
def test_a_token_that_is_no_timestamp_is_refused(old: bytes, new: bytes, words: str) -> None:
    """Whatever it is instead."""
    token = timestamp(b"note")
    broken = token.replace(old, new) if old else new
    with pytest.raises(Wrong, match=words):
        TimestampInfo.parse(broken)
    with pytest.raises(Wrong, match="too large"):
        TimestampInfo.parse(token * 20_000)

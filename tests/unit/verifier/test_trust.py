"""Whose signatures count: the keys that were given, rotations, witnesses and the policy."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.evidence.bundle.verify_evidence import Failure, TrustPolicy, Wrong
from holdfast.evidence.log.proof_file import InclusionProof
from holdfast.evidence.log.succession import name_successor
from tests.bundle_attacks import Attack, bad_signature, member, replaced, rows, without
from tests.evidence_bundles import EVERYTHING, Files, changed, good_bundle, listed, verified
from tests.log_in_memory import NEXT_SIGNER, ORIGIN, SIGNER, WITNESS, witness_vkey

ALL = good_bundle(EVERYTHING)
OLD_KEY, NEW_KEY = SIGNER.verifier.vkey, NEXT_SIGNER.verifier.vkey
STRANGER = replace(SIGNER, key=WITNESS).verifier.vkey
ML_DSA = "witness.example/two+2b6614da+Bg=="


def test_a_key_that_signed_nothing_here_is_not_enough() -> None:
    """The bundle is in order, and not of the log that the reader trusts."""
    report = verified(ALL, STRANGER)
    assert report.exit_code == Failure.SIGNATURE
    assert report.fails[0][1].startswith("checkpoint: ")
    assert "no key that you trust" in report.fails[0][1]


def test_an_old_key_leads_to_the_new_one_by_its_rotation_only() -> None:
    """Without the record by which the old key vouches, the new one is a stranger's."""
    files = dict(ALL)
    replaced("rotations/1.json", b'"kind":"log_key.rotated"', b'"kind":"log_key.retired"')(files)
    report = verified(listed(files), OLD_KEY)
    said = [words for kind, words in report.fails if kind is Failure.SIGNATURE]
    assert any(words.startswith("checkpoint: ") for words in said)


@pytest.mark.parametrize(
    ("vouches", "words"),
    [
        ({"new_key": STRANGER}, "its record does not vouch for"),
        ({"old_key": STRANGER}, "is not one before it in log-keys.json"),
        ({"old_key": NEW_KEY}, "is not one before it in log-keys.json"),
        ({"vouched": "It is so."}, "has not signed that"),
        ({"vouched": name_successor(NEXT_SIGNER, NEXT_SIGNER.verifier)}, "has not signed that"),
        ({"vouched": name_successor(SIGNER, SIGNER.verifier)}, "has not signed that"),
    ],
    ids=["for another", "by a stranger", "by itself", "unsigned", "signed by itself", "of another"],
)
def test_a_rotation_has_to_name_both_keys(vouches: dict[str, str], words: str) -> None:
    """Whatever is in the log: only the key before vouches, and only for the key that is named."""
    report = verified(good_bundle(replace(EVERYTHING, vouches=vouches)))
    assert report.exit_code == Failure.SIGNATURE
    assert any(said.startswith("rotations/1: ") and words in said for _, said in report.fails)


def test_the_new_key_does_not_vouch_for_the_old_one() -> None:
    """What only the old key has signed is told apart, though the log grew out of it."""
    files = dict(ALL)
    previous = files["checkpoint.previous"].decode().split("\n\n")[0] + "\n"
    files["checkpoint.previous"] = (previous + "\n" + SIGNER.sign(previous).line).encode()
    assert verified(listed(files), OLD_KEY).fails == []
    report = verified(listed(files), NEW_KEY)
    assert report.fails == []
    assert any(said.startswith("checkpoint.previous: who signed it") for said in report.not_checked)


def test_a_bad_signature_by_a_known_key_spoils_the_note_even_beside_a_good_one() -> None:
    """As C2SP signed-note asks."""
    files = dict(ALL)
    text = files["checkpoint"].decode().split("\n\n")[0] + "\n"
    bad = SIGNER.sign(text + "more\n").line.encode()
    for name in [name for name in files if files["checkpoint"] in files[name]]:
        files[name] += bad
    report = verified(listed(files), OLD_KEY)
    assert (Failure.SIGNATURE, f"checkpoint: the signature of {OLD_KEY[:-45]} is not genuine") in [
        (kind, words) for kind, words in report.fails
    ]


def test_a_signature_by_an_unknown_key_is_ignored() -> None:
    """As C2SP signed-note asks: it may be a witness of later."""
    plain = replace(EVERYTHING, witnessed=False, stamped=False)
    files = good_bundle(plain)
    old, line = files["checkpoint"], replace(SIGNER, name="other.example").sign("x\n").line.encode()
    files = {name: content.replace(old, old + line) for name, content in files.items()}
    assert verified(listed(files), OLD_KEY).fails == []


def self_signed(files: Files) -> None:
    """Let the new key sign the checkpoint of its own rotation."""
    proof = InclusionProof.parse(files["rotations/1.tlog-proof"].decode())
    text = proof.checkpoint.split("\n\n")[0] + "\n"
    other = replace(proof, checkpoint=f"{text}\n{NEXT_SIGNER.sign(text).line}")
    files["rotations/1.tlog-proof"] = other.text.encode()


ATTACKS: dict[str, tuple[Attack, Failure, str]] = {
    "vouches for another key": (
        lambda files: files.update(
            {"rotations/1.json": changed(payload={"old_key": OLD_KEY, "new_key": STRANGER})(b"{}")}
        ),
        Failure.INTEGRITY,
        "^rotations/1: its content is not what the log committed to",
    ),
    "rotation unsigned": (
        bad_signature("rotations/1.tlog-proof"),
        Failure.SIGNATURE,
        "^rotations/1: the signature of .* is not genuine",
    ),
    "rotation signed by its own key": (
        self_signed,
        Failure.SIGNATURE,
        "^rotations/1: .* has not signed its checkpoint",
    ),
    "rotation not in the log": (
        replaced("rotations/1.tlog-proof", b"index ", b"index 1"),
        Failure.INTEGRITY,
        "^rotations/1: its proof is for another place",
    ),
    "rotation away": (
        without("rotations/1.tlog-proof"),
        Failure.UNREADABLE,
        "^rotations/1: the file 'rotations/1.tlog-proof' is missing",
    ),
    "rotation too many": (
        lambda files: files.update({"rotations/2.json": b"{}"}),
        Failure.UNREADABLE,
        "^rotations/2.json: no key in log-keys.json asks for it",
    ),
    "first key with a rotation": (
        rows("log-keys.json", lambda keys: keys[0].update(rotation="1")),
        Failure.UNREADABLE,
        "^log-keys.json: ",
    ),
    "no keys": (
        lambda files: files.update({"log-keys.json": b"[]"}),
        Failure.UNREADABLE,
        "^log-keys.json: ",
    ),
    "key that is none": (
        rows("log-keys.json", lambda keys: keys[0].update(vkey=OLD_KEY[:-4])),
        Failure.UNREADABLE,
        "^log-keys.json: .* is no",
    ),
    "policy of a stranger": (
        lambda files: files.update({"policy": f"log {STRANGER}\n".encode()}),
        Failure.SIGNATURE,
        "^policy: the key .* is none of those in log-keys.json",
    ),
    "witness unknown here": (
        lambda files: files.update(
            {"policy": f"log {NEW_KEY}\nwitness two {ML_DSA}\nquorum none\n".encode()}
        ),
        Failure.VERSION,
        "^policy: the signature type 6 of 'witness.example/two' is unknown",
    ),
    "checkpoint of another origin": (
        member("bundle.json", origin="other.example"),
        Failure.INTEGRITY,
        "^checkpoint: its origin or its size is not that of bundle.json",
    ),
    "checkpoint that is none": (
        lambda files: files.update({"checkpoint": f"{ORIGIN}\n".encode()}),
        Failure.UNREADABLE,
        "^checkpoint: it is no signed note",
    ),
    "erasure of another key": (
        rows("erasures.json", lambda each: each[0].update(key="key-2")),
        Failure.INTEGRITY,
        "^erasures.json: key-2: the record .* is of another key's erasure",
    ),
    "secret that is none": (
        lambda files: files.update({"keys.json": b'[{"key":"key-1"}]'}),
        Failure.UNREADABLE,
        "^keys.json: ",
    ),
    "consistency that is none": (
        lambda files: files.update({"consistency": b"hash!\n"}),
        Failure.INTEGRITY,
        "^consistency: 'hash!' is no base64",
    ),
    "earlier checkpoint nobody asked for": (
        member("bundle.json", previous_size=None),
        Failure.UNREADABLE,
        "^checkpoint.previous: bundle.json knows nothing of it",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_false_trust_is_found(attack: str) -> None:
    """Each with its class and its words, though files.json fits."""
    act, failure, words = ATTACKS[attack]
    files = dict(ALL)
    act(files)
    report = verified(listed(files))
    assert any(kind is failure and re.search(words, said) for kind, said in report.fails)
    assert report.exit_code == failure, report.fails


WITNESS_KEY = witness_vkey()

POLICIES: dict[str, tuple[str, str]] = {
    "no log": ("quorum none\n", "it names no log"),
    "unknown line": (f"log {OLD_KEY}\nallow all\n", "has no meaning here"),
    "witness without quorum": (f"log {OLD_KEY}\nwitness w {WITNESS_KEY}\n", "no quorum"),
    "two quorums": (f"log {OLD_KEY}\nquorum none\nquorum none\n", "has no meaning here"),
    "unknown quorum": (f"log {OLD_KEY}\nquorum w\n", "'w' is used before it is defined"),
    "unknown member": (f"log {OLD_KEY}\ngroup g any w\n", "'w' is used before it is defined"),
    "itself": (f"log {OLD_KEY}\ngroup g any g\n", "'g' is used before it is defined"),
    "defined twice": (
        f"log {OLD_KEY}\nwitness w {WITNESS_KEY}\nwitness w {WITNESS_KEY}\n",
        "'w' is defined twice",
    ),
    "none defined": (f"log {OLD_KEY}\nwitness none {WITNESS_KEY}\n", "'none' is defined twice"),
    "one key twice": (f"log {OLD_KEY}\nlog {OLD_KEY}\n", "one key twice"),
    "too many asked": (
        f"log {OLD_KEY}\nwitness w {WITNESS_KEY}\ngroup g 2 w\nquorum g\n",
        "a group of 1 cannot ask for '2'",
    ),
    "member twice": (
        f"log {OLD_KEY}\nwitness w {WITNESS_KEY}\ngroup g any w\ngroup h any w\nquorum g\n",
        "one name twice as a member",
    ),
    "control characters": (f"log {OLD_KEY}\r\n", "control characters"),
}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_that_makes_no_sense_is_refused(name: str) -> None:
    """By the rules of C2SP tlog-policy."""
    content, words = POLICIES[name]
    with pytest.raises(Wrong, match=re.escape(words)):
        TrustPolicy.parse(content.encode())


@pytest.mark.parametrize(
    ("quorum", "cosigned", "met"),
    [
        ("quorum none", "", True),
        ("quorum a", "", False),
        ("quorum a", "a", True),
        ("group g any a b\nquorum g", "b", True),
        ("group g all a b\nquorum g", "b", False),
        ("group g 2 a b c\nquorum g", "a c", True),
        ("group g any a b\ngroup h all g c\nquorum h", "a c", True),
        ("group g any a b\ngroup h all g c\nquorum h", "a b", False),
    ],
)
def test_a_quorum_is_what_the_policy_says(quorum: str, cosigned: str, *, met: bool) -> None:
    """Groups of groups as well; comments, blank lines and addresses mean nothing."""
    lines = [f"# of us\n\n log\t{OLD_KEY} https://log.example/"]
    for number, name in enumerate("abc", 10):
        key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        lines.append(f"witness {name} {witness_vkey(name, key)}")
    policy = TrustPolicy.parse("\n".join([*lines, quorum]).encode())
    assert policy.is_met_by(cosigned.split()) == met


def test_who_cosigned_when_is_said() -> None:
    """And that the witness's key came from the bundle."""
    report = verified(ALL)
    assert "1 witness(es) cosigned the checkpoint: 'one' (2026-03-04 12:00:00 UTC)." in report.holds
    assert any("Whose keys the witnesses' are" in said for said in report.not_checked)

"""Verifies a bundle of evidence: one file, Python's standard library only, no network.

    python3 -I verify_evidence.py [BUNDLE] [--vkey VKEY]... [--checkpoint FILE] [--json]

BUNDLE is a ZIP archive or a folder, by default the folder that this file lies in. VKEY is the
verifier key of the log, obtained from elsewhere than the bundle; FILE is a checkpoint of the log
that was kept since earlier. The bundle is only read: nothing is unpacked, and nothing is written.

The exit code is 0 if everything that was checked holds, else that of the first class that fails:
2 unreadable, 3 version, 4 integrity, 5 signature, 6 completeness. What the classes and the files
mean is in `docs/evidence-format.md`, section 6, of Holdfast.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    # Python looks for modules beside a program first: what a bundle brings along, such as a
    # json.py, would run before it is checked.
    del sys.path[0]

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import stat
import struct
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

__all__ = [
    "BundleFiles",
    "Failure",
    "Report",
    "Wrong",
    "main",
    "verify_bundle",
    "verify_consistency",
    "verify_ed25519",
    "verify_inclusion",
]

MEMBER_BYTES = 64 * 1024 * 1024
WHOLE_BYTES = 2 * 1024 * 1024 * 1024
MOST_MEMBERS = 1_000_000
LONGEST_NAME = 100
LARGEST_LEAF = 65_535
LAST_SECOND = 253_402_300_799
"""Of the year 9999, in POSIX time."""
GCM_NONCE_BYTES = 12
GCM_TAG_BYTES = 16
LARGEST_NOTE = 1_000_000
MOST_SIGNATURES = 64
MAX_SAFE_INTEGER = 2**53 - 1
SHOWN_LINES = 200

Json = Any
Object = dict[str, Any]


# --- What is found ---------------------------------------------------------------------------


class Failure(IntEnum):
    """The classes of failure, each with its exit code; where several fail, the least counts."""

    UNREADABLE = 2
    VERSION = 3
    INTEGRITY = 4
    SIGNATURE = 5
    COMPLETENESS = 6


class Wrong(Exception):
    """Something does not hold. Without a class, it is of the class of what was being read."""

    def __init__(self, words: str, failure: Failure | None = None) -> None:
        """Say what is wrong, in words that follow the name of the thing and a colon."""
        super().__init__(words)
        self.words = words
        self.failure = failure


def wrong(words: str, failure: Failure | None = None) -> NoReturn:
    """Raise `Wrong`."""
    raise Wrong(words, failure)


class Report:
    """Everything found, in words: what holds, what does not, and what was not checked."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.title = "Evidence"
        self.holds: list[str] = []
        self.fails: list[tuple[Failure, str]] = []
        self.not_checked: list[str] = []

    @property
    def exit_code(self) -> int:
        """0, or the code of the first class that fails."""
        return min((int(failure) for failure, _ in self.fails), default=0)

    def fail(self, failure: Failure, words: str) -> None:
        """Note what does not hold."""
        self.fails.append((failure, plain(words)))

    def skip(self, words: str) -> None:
        """Note what was not checked."""
        self.not_checked.append(plain(words))

    def theme(self, check: Callable[[], str]) -> None:
        """Run a check; what it says in the end holds if nothing failed in it."""
        before = len(self.fails)
        words = check()
        if words and len(self.fails) == before:
            self.holds.append(plain(words))

    def about(self, thing: str, failure: Failure) -> About:
        """Note what goes wrong inside under the name of the thing, and go on after it."""
        return About(self, thing, failure)


class About:
    """A context in which what is wrong is noted in the report, and ends the context only."""

    def __init__(self, report: Report, thing: str, failure: Failure) -> None:
        """Note it under the name of the thing, by default as of that class."""
        self._report, self._thing, self._failure = report, thing, failure

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        """Note what was wrong, if anything was."""
        if isinstance(error, Wrong):
            self._report.fail(error.failure or self._failure, f"{self._thing}: {error.words}")
        return isinstance(error, Wrong)


def plain(words: str) -> str:
    """Return the words in printable ASCII: names come from strangers and go to a terminal."""
    return re.sub(r"[^ -~]", lambda sign: sign[0].encode("unicode_escape").decode(), words)


def shown(text: object) -> str:
    """Return a stranger's text, shortened, in quotes."""
    words = str(text)
    return f"'{words if len(words) <= LONGEST_NAME else words[:LONGEST_NAME] + '...'}'"


# --- Ed25519 (RFC 8032) ----------------------------------------------------------------------

Point = tuple[int, int, int, int]
"""Extended coordinates (RFC 8032 section 5.1.4): x = X/Z, y = Y/Z, x*y = T/Z."""

KEY_BYTES = 32
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_BASE_ENCODED = bytes([0x58]) + bytes([0x66]) * 31
_NEUTRAL: Point = (0, 1, 1, 0)


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(point: Point) -> Point:
    x, y, z, _ = point
    a, b = x * x % _P, y * y % _P
    h = a + b
    e, g = h - (x + y) * (x + y), a - b
    f = 2 * z * z + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decode_point(encoded: bytes) -> Point | None:
    """Read a point (RFC 8032 section 5.1.3); none if it is not on the curve or not canonical."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * v**3 * pow(u * v**7, (_P - 5) // 8, _P) % _P
    if (v * x * x + u) % _P == 0:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (v * x * x - u) % _P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else _P - x
    return x, y, 1, x * y % _P


def _encode_point(point: Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(KEY_BYTES, "little")


def _multiply_both(one: int, point: Point, other: int, other_point: Point) -> Point:
    """Return [one]point + [other]other_point, both scalars bit by bit together."""
    choices = (_NEUTRAL, point, other_point, _add(point, other_point))
    found = _NEUTRAL
    for bit in range(max(one.bit_length(), other.bit_length()) - 1, -1, -1):
        found = _double(found)
        choice = (one >> bit & 1) | (other >> bit & 1) << 1
        if choice:
            found = _add(found, choices[choice])
    return found


@lru_cache(maxsize=4096)
def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message is the key's (RFC 8032 section 5.1.7).

    Strict: S must be below the order of the group, points must be canonical, and a key of small
    order, under which one signature fits every message, is no key.
    """
    if len(public) != KEY_BYTES or len(signature) != 2 * KEY_BYTES:
        return False
    base, key = _decode_point(_BASE_ENCODED), _decode_point(public)
    scalar = int.from_bytes(signature[KEY_BYTES:], "little")
    if base is None or key is None or scalar >= _ORDER:
        return False
    if _encode_point(_double(_double(_double(key)))) == _encode_point(_NEUTRAL):
        return False
    digest = hashlib.sha512(signature[:KEY_BYTES] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    minus_key = (_P - key[0], key[1], key[2], _P - key[3])
    # Encoding what R must be, and comparing bytes, refuses an R that is not canonical as well.
    found = _multiply_both(scalar, base, challenge, minus_key)
    return _encode_point(found) == signature[:KEY_BYTES]


# --- The Merkle tree (RFC 6962 section 2.1, RFC 9162 section 2.1) ----------------------------


def sha256(content: bytes) -> bytes:
    """Return the SHA-256 digest."""
    return hashlib.sha256(content).digest()


def hash_of_leaf(leaf: bytes) -> bytes:
    """Return the hash by which the tree knows a leaf."""
    return sha256(b"\x00" + leaf)


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the leaf is number `index` in the tree of that size (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, second, found = index, size - 1, leaf_hash
    for sibling in proof:
        if second == 0:
            return False
        if first & 1 or first == second:
            found = _node(sibling, found)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            found = _node(found, sibling)
        first, second = first >> 1, second >> 1
    return second == 0 and found == root


def verify_consistency(
    old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree grew out of the old one (RFC 9162 section 2.1.4.2)."""
    if not 0 < old_size < size:
        same = old_root == root if old_size == size else old_root == sha256(b"")
        return 0 <= old_size <= size and same and not proof
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    first, second = old_size - 1, size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    if not path:
        return False
    found_old = found = path[0]
    for sibling in path[1:]:
        if second == 0:
            return False
        if first & 1 or first == second:
            found_old, found = _node(sibling, found_old), _node(sibling, found)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            found = _node(found, sibling)
        first, second = first >> 1, second >> 1
    return second == 0 and found_old == old_root and found == root


# --- JSON, strictly (section 1) --------------------------------------------------------------


def _object(pairs: Sequence[tuple[str, Json]]) -> Object:
    members = dict(pairs)
    if len(members) != len(pairs):
        wrong("an object has two members of one name")
    if not all(name.isascii() for name in members):
        wrong("a member's name is not ASCII")
    return members


def _integer(digits: str) -> int:
    if len(digits) > len(str(-MAX_SAFE_INTEGER)) or abs(int(digits)) > MAX_SAFE_INTEGER:
        wrong("an integer is beyond 2^53-1")
    return int(digits)


def _no_number(_: str) -> NoReturn:
    wrong("a number is not an integer")


_ALLOWED_ESCAPES = {b'"', b"\\", b"n", b"r", b"t"}


def read_json(content: bytes) -> Json:
    """Read JSON that is in its canonical form (RFC 8785) and within the domain of section 1."""
    try:
        value = json.loads(
            content.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        canonical = again.encode()
    except RecursionError:
        wrong("it is nested too deeply")
    except UnicodeDecodeError:
        wrong("it is not UTF-8")
    except UnicodeEncodeError:
        wrong("a text in it is no Unicode: it has a lone surrogate")
    except ValueError as error:
        wrong(f"it is no JSON ({error})")
    # The canonical form spells a control character in one way, so that escapes show all of them.
    if canonical != content or not _ALLOWED_ESCAPES.issuperset(re.findall(rb"\\(.)", content)):
        wrong("it is not JSON in its canonical form (RFC 8785)")
    return value


Fits = Callable[[Json], bool]
Shape = Mapping[str, Fits]


def is_count(value: Json) -> bool:
    """Whether it is an integer from 0; true and false are none."""
    return type(value) is int and value >= 0


def is_text(value: Json) -> bool:
    """Whether it is a text that is not empty."""
    return isinstance(value, str) and value != ""


def is_object(value: Json) -> bool:
    """Whether it is an object, of whatever members."""
    return isinstance(value, dict)


def like(pattern: str) -> Fits:
    """Whether it is a text of that form."""
    form = re.compile(pattern)
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def or_null(fits: Fits) -> Fits:
    """Whether it is null, or fits."""
    return lambda value: value is None or fits(value)


def list_of(fits: Fits) -> Fits:
    """Whether it is an array of what fits."""
    return lambda value: isinstance(value, list) and all(map(fits, value))


def has_shape(shape: Shape) -> Fits:
    """Whether it is an object of exactly these members, each as it should be."""
    return lambda value: misshapen(value, shape) is None


def misshapen(value: Json, shape: Shape) -> str | None:
    """Say in what way it is not an object of exactly these members; none if it is."""
    if not isinstance(value, dict):
        return "it is no JSON object"
    for name in sorted(value.keys() ^ shape.keys()):
        return f"member {shown(name)} is {'unknown' if name in value else 'missing'}"
    odd = [name for name, fits in shape.items() if not fits(value[name])]
    return f"member {shown(odd[0])} is not of the form that the format asks for" if odd else None


def require_shape(value: Json, shape: Shape) -> Object:
    """Return the object, which must have that shape."""
    words = misshapen(value, shape)
    if words is not None:
        wrong(words)
    members: Object = value
    return members


def require_version(value: Json) -> None:
    """Refuse what says that it is of a version unknown here."""
    if isinstance(value, dict) and "v" in value and (type(value["v"]), value["v"]) != (int, 1):
        wrong(f"it is of version {shown(value['v'])}: only 1 is known here", Failure.VERSION)


def _is_one(value: Json) -> bool:
    return type(value) is int and value == 1


is_id = like(r"[A-Za-z0-9][A-Za-z0-9._:/#@+-]{0,199}")
is_hash = like(r"[0-9a-f]{64}")
is_digest = like(r"sha256:[0-9a-f]{64}")
is_instant = like(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
is_nonce = like(r"[0-9a-f]{32}")
is_base64 = like(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

BUNDLE_SHAPE: Shape = {
    "format": is_text,
    "v": _is_one,
    "incident": is_id,
    "origin": is_text,
    "size": is_count,
    "manifest": is_count,
    "count": is_count,
    "withheld": list_of(has_shape({"seq": is_count, "reason": like("redacted|disposed")})),
    "previous_size": or_null(is_count),
}
LEAF_SHAPE: Shape = {
    "at": is_instant,
    "incident": is_id,
    "incident_prev": or_null(is_hash),
    "incident_seq": is_count,
    "index": is_count,
    "kind": like("evidence"),
    "record": is_id,
    "sha256": is_hash,
    "v": _is_one,
}
SEALED_SHAPE: Shape = {"about": is_id, "key": is_id, "nonce": is_base64, "ciphertext": is_base64}
RECORD_SHAPE: Shape = {
    "v": _is_one,
    "id": is_id,
    "incident": is_id,
    "workflow": is_id,
    "sequence": is_count,
    "kind": like(r"[a-z][a-z_]*\.[a-z][a-z_]*"),
    "subject": is_object,
    "actor": is_object,
    "payload": is_object,
    "policy": or_null(has_shape({"name": is_id, "version": is_id, "digest": is_digest})),
    "causes": list_of(is_id),
    "answers": or_null(is_id),
    "occurred_at": is_instant,
    "trace": or_null(is_nonce),
    "nonce": is_nonce,
}
ARTIFACT_SHAPE: Shape = {
    "digest": is_digest,
    "media_type": is_text,
    "size": or_null(is_count),
    "named_by": list_of(is_count),
    "withheld": or_null(is_text),
}
LOG_KEY_SHAPE: Shape = {
    "vkey": is_text,
    "from_size": is_count,
    "rotation": or_null(like(r"(?:rotations/)?[0-9]{1,9}")),
}
ERASURE_SHAPE: Shape = {"key": is_id, "erased_at": is_instant, "record": is_id}
SUBJECT_KEY_SHAPE: Shape = {"key": is_id, "secret": is_base64}


# --- Notes, checkpoints, proofs, policies (C2SP) ---------------------------------------------

ED25519 = 0x01
ED25519_COSIGNATURE = 0x04
KEY_ID_BYTES = 4
HASH_BYTES = 32
PROOF_MAGIC = "c2sp.org/tlog-proof@v1"
_NUMBER = "(?:0|[1-9][0-9]{0,15})"
_CHECKPOINT_TEXT = re.compile(f"([^\n]+)\n({_NUMBER})\n([^\n]+)\n(?:[^\n]+\n)*")
_SIGNATURE_LINE = re.compile("\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})\n")


def from_base64(text: str) -> bytes:
    """Read base64 that is written in the one canonical way."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        content = b""
    if not text or base64.b64encode(content).decode() != text:
        wrong(f"{shown(text)} is no base64")
    return content


class VerifierKey(NamedTuple):
    """A public key with the name that it signs under, and the type of its signatures."""

    name: str
    type: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str, key_type: int = ED25519) -> VerifierKey:
        """Read `<name>+<key id>+<base64>`; the key must be for signatures of that type."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        content = from_base64(encoded)
        key = cls(name, content[0], content[1:])
        if not name or re.search(r"\s", name) or key.id.hex() != key_id:
            wrong(f"{shown(vkey)} is no verifier key of the form <name>+<key id>+<base64>")
        if key.type != key_type:
            wrong(f"the signature type {key.type} of {shown(name)} is unknown", Failure.VERSION)
        if len(key.public) != KEY_BYTES:
            wrong(f"{shown(vkey)} is not as long as an Ed25519 key")
        return key

    @property
    def id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        name = self.name.encode("utf-8", "surrogateescape")
        return sha256(name + b"\n" + bytes([self.type]) + self.public)[:KEY_ID_BYTES]

    @property
    def label(self) -> str:
        """Name and key id, as signature lines and vkeys have them."""
        return f"{self.name}+{self.id.hex()}"

    @property
    def vkey(self) -> str:
        """The key as text."""
        return f"{self.label}+{base64.b64encode(bytes([self.type]) + self.public).decode()}"

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature over a note's text is this key's."""
        if self.type == ED25519:
            return verify_ed25519(self.public, text, signature)
        # C2SP tlog-cosignature: a big-endian time in seconds stands before the signature.
        seconds = int.from_bytes(signature[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n".encode() + text
        return seconds < 2**63 and verify_ed25519(self.public, message, signature[8:])


class Signature(NamedTuple):
    """A signature line of a note."""

    name: str
    key_id: bytes
    content: bytes


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint and its signatures; `note` is the file, `text` what the signatures are over."""

    note: bytes
    text: bytes
    origin: str
    size: int
    root: bytes
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: bytes) -> Checkpoint:
        """Read a signed note whose text is origin, size and root, a line each."""
        try:
            content = note.decode()
        except UnicodeDecodeError:
            wrong("it is not UTF-8")
        head, separator, tail = content.rpartition("\n\n")
        matches = list(_SIGNATURE_LINE.finditer(tail))
        if not separator or not matches or "".join(match[0] for match in matches) != tail:
            wrong("it is no signed note: a text, an empty line, signature lines")
        if len(note) > LARGEST_NOTE or len(matches) > MOST_SIGNATURES:
            wrong("it is too large for a signed note")
        text = _CHECKPOINT_TEXT.fullmatch(f"{head}\n")
        if text is None or re.search(r"[\x00-\x09\x0b-\x1f]", content):
            wrong("it is no checkpoint: origin, size and root, a line each")
        (root,) = read_hashes([text[3]])
        signatures = tuple(_signature(match[1], match[2]) for match in matches)
        return cls(note, text[0].encode(), text[1], int(text[2]), root, signatures)

    def signed_by(self, known: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Return which of the known keys have signed it; a bad signature by one spoils all."""
        signed = []
        for key in known:
            for signature in self.signatures:
                if (signature.name, signature.key_id) != (key.name, key.id):
                    continue
                if not key.has_signed(self.text, signature.content):
                    wrong(f"the signature of {key.label} is not genuine", Failure.SIGNATURE)
                signed.append(key)
        return signed

    @property
    def signers(self) -> str:
        """Whose signature lines it carries, genuine or not."""
        return ", ".join(f"{line.name}+{line.key_id.hex()}" for line in self.signatures)


def _signature(name: str, encoded: str) -> Signature:
    content = from_base64(encoded)
    return Signature(name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:])


def read_hashes(lines: Iterable[str]) -> list[bytes]:
    """Read hashes in base64, a line each."""
    hashes = [from_base64(line) for line in lines]
    if any(len(each) != HASH_BYTES for each in hashes):
        wrong("a line is no SHA-256 hash in base64")
    return hashes


@dataclass(frozen=True)
class Proof:
    """A tlog-proof: that leaf number `index` is under the root of the checkpoint in `note`."""

    index: int
    hashes: list[bytes]
    note: bytes

    @classmethod
    def parse(cls, content: bytes) -> Proof:
        """Read a proof file; a line `extra ...` says nothing, and is passed over."""
        head, separator, note = content.partition(b"\n\n")
        lines = head.decode("latin-1").split("\n")
        if lines[0] != PROOF_MAGIC and lines[0].startswith("c2sp.org/tlog-proof@"):
            wrong(f"the proof is of the unknown form {shown(lines[0])}", Failure.VERSION)
        if len(lines) > 1 and lines[1].startswith("extra "):
            from_base64(lines.pop(1)[len("extra ") :])
        index = re.fullmatch(f"index ({_NUMBER})", lines[1]) if len(lines) > 1 else None
        if lines[0] != PROOF_MAGIC or not separator or index is None:
            wrong("the proof is no tlog-proof: its magic line, an index, hashes, a checkpoint")
        return cls(int(index[1]), read_hashes(lines[2:]), note)


@dataclass
class TrustPolicy:
    """A C2SP tlog-policy: keys of logs, of witnesses by name, groups of them, and a quorum."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str | None = None

    @classmethod
    def parse(cls, content: bytes) -> TrustPolicy:
        """Read a policy file."""
        policy = cls()
        if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", content):
            wrong("it has control characters")
        for line in content.decode("utf-8", "surrogateescape").split("\n"):
            words = line.replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if words and not words[0].startswith("#"):
                policy._take(words[0], words[1:])
        policy._require_sense()
        return policy

    def _take(self, keyword: str, words: list[str]) -> None:
        if keyword == "log" and len(words) in {1, 2}:
            self.logs.append(VerifierKey.parse(words[0]))
        elif keyword == "witness" and len(words) in {2, 3}:
            self._require_new(words[0])
            self.witnesses[words[0]] = VerifierKey.parse(words[1], ED25519_COSIGNATURE)
        elif keyword == "group" and words[2:]:
            self._require_new(words[0])
            self._require_known(words[2:])
            self.groups[words[0]] = (_least(words[1], len(words[2:])), words[2:])
        elif keyword == "quorum" and len(words) == 1 and self.quorum is None:
            self._require_known([] if words == ["none"] else words)
            self.quorum = words[0]
        else:
            wrong(f"its line {shown(' '.join([keyword, *words]))} has no meaning here")

    def _require_new(self, name: str) -> None:
        if name in self.witnesses or name in self.groups or name == "none":
            wrong(f"{shown(name)} is defined twice")

    def _require_known(self, members: Sequence[str]) -> None:
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                wrong(f"{shown(member)} is used before it is defined")

    def _require_sense(self) -> None:
        keys = [key.public for key in [*self.logs, *self.witnesses.values()]]
        if not self.logs:
            wrong("it names no log")
        if len(set(keys)) != len(keys):
            wrong("it names one key twice")
        members = [name for _, group in self.groups.values() for name in group]
        if len(set(members)) != len(members):
            wrong("it lists one name twice as a member")
        if self.witnesses and self.quorum is None:
            wrong("it names witnesses, and no quorum of them")

    def is_met_by(self, names: Iterable[str]) -> bool:
        """Whether the cosignatures of these witnesses are the quorum."""
        met = set(names)
        for name, (least, members) in self.groups.items():
            if len(met.intersection(members)) >= least:
                met.add(name)
        return self.quorum in {None, "none"} or self.quorum in met


def _least(word: str, members: int) -> int:
    """Return how many members of a group must have cosigned."""
    digits = {"any": "1", "all": str(members)}.get(word, word)
    if not re.fullmatch("[1-9][0-9]{0,5}", digits) or int(digits) > members:
        wrong(f"a group of {members} cannot ask for {shown(word)} of its members")
    return int(digits)


# --- RFC 3161 timestamps, as far as the standard library goes --------------------------------

OID_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
OID_TIMESTAMP_INFO = bytes.fromhex("2a864886f70d0109100104")
OID_SHA256 = bytes.fromhex("608648016503040201")
_SEQUENCE, _OID, _OCTETS, _TIME = 0x30, 0x06, 0x04, 0x18


def der(content: bytes) -> list[tuple[int, bytes]]:
    """Take the DER values that stand in a row apart: tag and content each."""
    values, at = [], 0
    while at < len(content):
        tag, length, at = content[at], int.from_bytes(content[at + 1 : at + 2], "big"), at + 2
        if length & 0x80:
            width = length & 0x7F
            length, at = int.from_bytes(content[at : at + width], "big"), at + width
        if at + length > len(content):
            wrong("it is no DER")
        values.append((tag, content[at : at + length]))
        at += length
    return values


class TimestampInfo(NamedTuple):
    """What a token claims: that this SHA-256 imprint existed at that time."""

    imprint: bytes
    time: str
    is_response: bool

    @classmethod
    def parse(cls, token: bytes) -> TimestampInfo:
        """Walk from the token, or the response around it, down to its message imprint."""
        if len(token) > LARGEST_NOTE:
            wrong("it is too large for a timestamp")
        try:
            outer = der(der(token)[0][1])
            is_response = outer[0][0] == _SEQUENCE
            content_type, content = der(outer[1][1]) if is_response else outer[:2]
            if content_type != (_OID, OID_SIGNED_DATA):
                wrong("it is no signed token")
            info_type, info = der(der(der(content[1])[0][1])[2][1])
            if info_type != (_OID, OID_TIMESTAMP_INFO):
                wrong("what it signs is no timestamp")
            values = der(der(der(info[1])[0][1])[0][1])
            algorithm, imprint = der(values[2][1])
            if der(algorithm[1])[0] != (_OID, OID_SHA256) or imprint[0] != _OCTETS:
                wrong("its imprint is not SHA-256")
            return cls(imprint[1], values[4][1].decode("ascii"), is_response)
        except (IndexError, ValueError):
            wrong("it is no RFC 3161 timestamp")


# --- The files, from a folder or an archive --------------------------------------------------


class BundleFiles:
    """The files of a bundle: read only, each within bounds, each hashed as it is read."""

    def __init__(self, members: Sequence[tuple[str, int]]) -> None:
        """Take the names and sizes in bytes, and refuse what no honest bundle has."""
        if len(members) > MOST_MEMBERS:
            wrong(f"it has more than {MOST_MEMBERS} files", Failure.UNREADABLE)
        spellings: set[str] = set()
        for name, size in members:
            fault = _fault_of_name(name)
            if size > MEMBER_BYTES:
                fault = f"is over {MEMBER_BYTES} bytes"
            if name.lower() in spellings:
                fault = "is there twice, or in two spellings"
            if fault:
                wrong(f"the file {shown(name)} {fault}", Failure.UNREADABLE)
            spellings.add(name.lower())
        if sum(size for _, size in members) > WHOLE_BYTES:
            wrong(f"it is over {WHOLE_BYTES} bytes as a whole", Failure.UNREADABLE)
        self.sizes = dict(members)
        self._digests: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in self.sizes

    def read(self, name: str) -> bytes:
        """Return a file's content."""
        if name not in self.sizes:
            wrong(f"the file {shown(name)} is missing", Failure.UNREADABLE)
        try:
            content = self.content_of(name)
        except OSError as error:
            wrong(f"the file {shown(name)} cannot be read ({error.strerror})", Failure.UNREADABLE)
        if len(content) != self.sizes[name]:
            wrong(f"the file {shown(name)} cannot be read to its end", Failure.UNREADABLE)
        self._digests[name] = sha256(content).hex()
        return content

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file in hexadecimal."""
        if name not in self._digests:
            self.read(name)
        return self._digests[name]

    def content_of(self, name: str) -> bytes:
        """Return the bytes of a file that is known to be there."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what is open."""


def _fault_of_name(name: str) -> str | None:
    if not name.isascii() or not name.isprintable():
        return "has a name that is not plain ASCII"
    if "\\" in name or ":" in name or name.startswith("/"):
        return "has a name that leads elsewhere"
    if {"", ".", ".."}.intersection(name.split("/")):
        return "has a name with an empty or a relative part"
    return "has too long a name" if len(name) > LONGEST_NAME else None


class FolderFiles(BundleFiles):
    """A bundle as a folder; links are refused, as they lead out of it."""

    def __init__(self, folder: Path) -> None:
        """List the folder, and the folders in it."""
        self._folder = folder
        super().__init__(list(islice(self._walk(""), MOST_MEMBERS + 1)))

    def _walk(self, inside: str) -> Iterator[tuple[str, int]]:
        with os.scandir(self._folder / inside) as found:
            for entry in found:
                name, status = f"{inside}{entry.name}", entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    yield name, status.st_size
                elif stat.S_ISDIR(status.st_mode) and f"{name}/" in FOLDERS:
                    yield from self._walk(f"{name}/")
                else:
                    words = f"{shown(name)} is a link, a special file or an unexpected folder"
                    wrong(words, Failure.UNREADABLE)

    def content_of(self, name: str) -> bytes:
        """Read the file, and no more than it had when the folder was listed."""
        with (self._folder / name).open("rb") as file:
            return file.read(self.sizes[name] + 1)


class _Member(NamedTuple):
    """A member of an archive: where it begins, and the header that must stand there."""

    at: int
    header: bytes
    checksum: int


class ZipFiles(BundleFiles):
    """A bundle as a ZIP archive (APPNOTE 6.3), read strictly: one way to write it, one to read it.

    Every member is stored and not compressed, so that nothing can unfold into more than is there;
    members follow each other without a gap from the first byte to the directory.
    """

    def __init__(self, file: BinaryIO) -> None:
        """Read the directory at the archive's end."""
        self._file = file
        start, length, count = self._end()
        if count > MOST_MEMBERS or length > count * (46 + LONGEST_NAME):
            wrong("the archive has too many members, or too long names", Failure.UNREADABLE)
        self._members: dict[str, _Member] = {}
        super().__init__(list(self._directory(start, self._at(start, length), count)))

    def _at(self, offset: int, length: int) -> bytes:
        self._file.seek(max(offset, 0))
        return self._file.read(length)

    def _end(self) -> tuple[int, int, int]:
        """Return where the directory starts, its length, and the number of members."""
        end = self._file.seek(0, os.SEEK_END) - 22
        record = self._at(end, 22)
        if end < 0 or not record.startswith(b"PK\5\6"):
            wrong("it is no ZIP archive, or is cut off, or goes on after it", Failure.UNREADABLE)
        disks, count, length, start, comment = struct.unpack("<4xL2xH2LH", record)
        large = self._at(end - 76, 76)
        if count == _SEE_LARGE and large.startswith(b"PK\6\6") and large[56:60] == b"PK\6\7":
            end -= 76
            count, length, start = struct.unpack("<32x3Q20x", large)
        if disks or comment or start + length != end:
            wrong("the archive is damaged, or something is hidden in it", Failure.UNREADABLE)
        return start, length, count

    def _directory(self, start: int, content: bytes, count: int) -> Iterator[tuple[str, int]]:
        at, offset, last = 0, 0, b""
        for _ in range(count):
            if content[at : at + 4] != b"PK\1\2" or at + 46 > len(content):
                wrong("the archive's directory is damaged", Failure.UNREADABLE)
            common, sizes, extra, mode, place = struct.unpack_from("<6x10s14s6s2x2L", content, at)
            checksum, packed, size, length = struct.unpack("<3LH", sizes)
            name = content[at + 46 : at + 46 + length]
            _require_plain_member(name, common, extra, mode >> 28)
            if packed != size or place != offset or name <= last:
                words = f"the member {shown(name.decode())} is out of its place, or there twice"
                wrong(words, Failure.UNREADABLE)
            streamed = common[2] & _STREAMED
            header = b"PK\3\4" + common + (bytes(12) + sizes[12:] if streamed else sizes)
            self._members[name.decode()] = _Member(offset, header + bytes(2) + name, checksum)
            yield name.decode(), size
            at, last = at + 46 + length, name
            offset += 30 + length + size + (16 if streamed else 0)
        if at != len(content) or offset != start:
            wrong("the archive is damaged, or something is hidden in it", Failure.UNREADABLE)

    def content_of(self, name: str) -> bytes:
        """Read the member, whose own header must say what the directory says."""
        member = self._members[name]
        content = self._at(member.at, len(member.header) + self.sizes[name])
        if not content.startswith(member.header):
            wrong(f"the member {shown(name)} is not what the directory says", Failure.UNREADABLE)
        content = content[len(member.header) :]
        if binascii.crc32(content) != member.checksum:
            wrong(f"the member {shown(name)} is damaged", Failure.UNREADABLE)
        return content

    def close(self) -> None:
        """Close the archive."""
        self._file.close()


# Stored, on 1980-01-01 at 00:00.
_STORED = struct.pack("<3H", 0, 0, 1 << 5 | 1)
_STREAMED = 0x0008
_SEE_LARGE = 0xFFFF
_HARMLESS_FLAGS = _STREAMED | 0x0800


def _require_plain_member(name: bytes, common: bytes, extra: bytes, file_type: int) -> None:
    """Refuse what is compressed, encrypted, dated, commented, or no plain file."""
    fault = None
    if not name.isascii():
        fault = "has a name that is not plain ASCII"
    elif common[4:6] != _STORED[:2] or int.from_bytes(common[2:4], "little") & ~_HARMLESS_FLAGS:
        fault = "is compressed or encrypted: all members of a bundle are stored as they are"
    elif common[4:] != _STORED or any(extra):
        fault = "is not dated 1980-01-01, or has more to it than its content"
    elif file_type not in {0, stat.S_IFREG >> 12}:
        fault = "is a link or a special file"
    if fault:
        wrong(f"the member {shown(name.decode('latin-1'))} {fault}", Failure.UNREADABLE)


def open_files(path: Path) -> BundleFiles:
    """Open a bundle, folder or archive."""
    try:
        if path.is_dir():
            return FolderFiles(path)
        if not path.is_file():
            wrong("there is no such file or folder", Failure.UNREADABLE)
        file = path.open("rb")
        try:
            return ZipFiles(file)
        except Wrong:
            file.close()
            raise
    except OSError as error:
        wrong(f"it cannot be read ({error.strerror})", Failure.UNREADABLE)


# --- The bundle as a whole -------------------------------------------------------------------

FOLDERS = ("records/", "leaves/", "proofs/", "artifacts/", "rotations/", "timestamps/")
_SEQ = "(?:[0-9]{6}|[1-9][0-9]{6,8})"
LAYOUT = re.compile(
    rf"""bundle\.json | policy | checkpoint | checkpoint\.previous | consistency
    | records/{_SEQ}\.json | leaves/{_SEQ}\.json | proofs/{_SEQ}\.tlog-proof
    | artifacts/[0-9a-f]{{64}} | artifacts\.json
    | log-keys\.json | rotations/[0-9]{{1,9}}(?:\.json|\.leaf\.json|\.tlog-proof)
    | timestamps/{_NUMBER}(?:-[0-9]{{1,9}}\.tsr|\.checkpoint)
    | keys\.json | erasures\.json | files\.json
    | README\.txt | index\.html | timeline\.pdf | verify_evidence\.py""",
    re.VERBOSE,
)


class Leaf(NamedTuple):
    """A leaf that could be read: how its record is called here, its hash, and its members."""

    name: str
    hash: bytes
    members: Object


@dataclass
class Case:
    """One bundle under verification: what is given, and what the checks have found so far."""

    files: BundleFiles
    report: Report
    bundle: Object
    checkpoint: Checkpoint
    given: Sequence[VerifierKey]
    policy: TrustPolicy = field(default_factory=TrustPolicy)
    log_keys: list[VerifierKey] = field(default_factory=list)
    trusted: list[VerifierKey] = field(default_factory=list)
    leaves: dict[int, Leaf] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    """Id of a record -> its number here."""
    records: dict[int, str] = field(default_factory=dict)
    """The names of the records whose content is what the log committed to."""
    naming: dict[str, set[int]] = field(default_factory=dict)
    """Digest -> the records that name it."""
    relied_on: dict[str, str] = field(default_factory=dict)
    """Digest of a policy or an attachment -> the first record that names it."""
    sealed_under: dict[str, int] = field(default_factory=dict)
    """Subject key -> how many fields are sealed under it."""
    erased_by: dict[str, str] = field(default_factory=dict)
    """Id of a record of an erasure -> the key that it erased."""
    manifest: Object | None = None
    roots: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    """Size of the log -> where its root of then stands, and that root."""

    def require_same_log(self, checkpoint: Checkpoint) -> None:
        """Refuse a checkpoint of another log."""
        if checkpoint.origin != self.checkpoint.origin:
            wrong(f"it is of another log, {shown(checkpoint.origin)}", Failure.SIGNATURE)

    def require_one_history(self, where: str, checkpoint: Checkpoint) -> None:
        """Refuse a genuine checkpoint with another root than is known for its size."""
        other, root = self.roots.setdefault(checkpoint.size, (where, checkpoint.root))
        if root != checkpoint.root:
            words = f"the log has shown two histories: {other} has another root for the same size"
            wrong(words, Failure.INTEGRITY)

    def signers_of(self, checkpoint: Checkpoint) -> list[VerifierKey]:
        """Return which keys of the log have signed, those that are trusted first."""
        signed = checkpoint.signed_by(dict.fromkeys([*self.trusted, *self.log_keys]))
        signed = [key for key in signed if key.name == checkpoint.origin]
        if not signed:
            words = f"no key that you trust has signed it; it names {shown(checkpoint.signers)}"
            wrong(words, Failure.SIGNATURE)
        return signed

    def require_other(self, where: str, checkpoint: Checkpoint) -> None:
        """Refuse a checkpoint beside the bundle's that is not of the same log and history."""
        self.require_same_log(checkpoint)
        signer = self.signers_of(checkpoint)[0]
        if signer not in self.trusted:
            self.report.skip(
                f"{where}: who signed it. It is {signer.label}, which is in log-keys.json, but the "
                "key that you gave does not vouch for keys before it."
            )
        self.require_one_history(where, checkpoint)


def open_case(files: BundleFiles, report: Report, given: Sequence[VerifierKey]) -> Case | None:
    """Read what everything else depends on; none if that fails."""
    if "bundle.json" not in files:
        report.fail(Failure.UNREADABLE, "there is no bundle.json: this is no bundle of evidence")
        return None
    with report.about("bundle.json", Failure.UNREADABLE):
        bundle = _read_bundle(files.read("bundle.json"))
        report.title = plain(
            f"Evidence of {bundle['incident']}: {bundle['count']} record(s), "
            f"as of size {bundle['size']} of the log {bundle['origin'][:LONGEST_NAME]}"
        )
        with report.about("checkpoint", Failure.UNREADABLE):
            checkpoint = Checkpoint.parse(files.read("checkpoint"))
            return Case(files, report, bundle, checkpoint, given)
    return None


def _read_bundle(content: bytes) -> Object:
    bundle = read_json(content)
    if isinstance(bundle, dict) and bundle.get("format", "holdfast-bundle") != "holdfast-bundle":
        wrong(f"the format {shown(bundle['format'])} is unknown here", Failure.VERSION)
    require_version(bundle)
    return require_shape(bundle, BUNDLE_SHAPE)


# --- Who signed: keys, rotations, witnesses --------------------------------------------------


def check_keys(case: Case) -> str:
    """Follow the rotations from the keys that are trusted to those that they lead to."""
    with case.report.about("policy", Failure.UNREADABLE):
        case.policy = TrustPolicy.parse(case.files.read("policy"))
    listed: list[tuple[VerifierKey, Object]] = []
    with case.report.about("log-keys.json", Failure.UNREADABLE):
        listed = _read_log_keys(case)
    case.log_keys = [key for key, _ in listed]
    case.trusted = list(case.given) or case.log_keys[:1]
    if not case.given and case.trusted:
        _tell_unknown_key(case.report, case.trusted[0])
    for key, entry in listed[1:]:
        name = entry["rotation"] if "/" in entry["rotation"] else f"rotations/{entry['rotation']}"
        with case.report.about(name, Failure.INTEGRITY):
            before = _check_rotation(case, name, key)
            if before in case.trusted:
                case.trusted.append(key)
    for key in case.policy.logs:
        if key not in case.trusted and key not in case.log_keys:
            words = f"policy: the key {key.label} is none of those in log-keys.json"
            case.report.fail(Failure.SIGNATURE, words)
    rotations = len(listed) - 1
    return f"{rotations} rotation(s) of the log's key are vouched for." if rotations > 0 else ""


def _read_log_keys(case: Case) -> list[tuple[VerifierKey, Object]]:
    listed = read_json(case.files.read("log-keys.json"))
    if not list_of(has_shape(LOG_KEY_SHAPE))(listed) or not listed:
        wrong("it is no list of log keys as the format asks for")
    keys = [VerifierKey.parse(entry["vkey"]) for entry in listed]
    sizes = [entry["from_size"] for entry in listed]
    first, *others = [entry["rotation"] for entry in listed]
    if first is not None or None in others or sizes != sorted(sizes) or len(set(keys)) < len(keys):
        wrong("it is no list of keys, the first without and the others with a rotation")
    names = {f"rotations/{name.rpartition('/')[2]}" for name in others}
    for name in names_in(case.files, "rotations/"):
        if name.partition(".")[0] not in names:
            case.report.fail(Failure.UNREADABLE, f"{name}: no key in log-keys.json asks for it")
    return list(zip(keys, listed))  # noqa: B905 - zip has no strict before Python 3.10


def _tell_unknown_key(report: Report, key: VerifierKey) -> None:
    report.skip(
        f"Whose key the log's key is: it came from the bundle itself. Compare {key.vkey} (SHA-256 "
        f"of the public key: {sha256(key.public).hex()}) with one that you obtain elsewhere, and "
        "give that with --vkey."
    )


def _check_rotation(case: Case, name: str, key: VerifierKey) -> VerifierKey:
    """Return the key that has vouched for this one, in a record of the log that it signed."""
    part = Part.read(case.files.read(f"{name}.leaf.json"))
    leaf = part.as_leaf()
    record = Part.read(case.files.read(f"{name}.json")).as_record(leaf)
    payload = record["payload"]
    if record["kind"] != "log_key.rotated" or payload.get("new_key") != key.vkey:
        wrong(f"its record does not vouch for {key.label}", Failure.SIGNATURE)
    before = [other for other in case.log_keys if other.vkey == payload.get("old_key")]
    if not before or case.log_keys.index(before[0]) >= case.log_keys.index(key):
        wrong("the key that vouches is not one before it in log-keys.json", Failure.SIGNATURE)
    if not _names_successor(payload.get("vouched"), before[0], key):
        wrong(f"{before[0].label} has not signed that {key.label} follows it", Failure.SIGNATURE)
    proof = Proof.parse(case.files.read(f"{name}.tlog-proof"))
    checkpoint = Checkpoint.parse(proof.note)
    case.require_same_log(checkpoint)
    require_proof(proof, hash_of_leaf(part.content), leaf, checkpoint)
    if not checkpoint.signed_by(before):
        wrong(f"{before[0].label} has not signed its checkpoint", Failure.SIGNATURE)
    case.require_one_history(name, checkpoint)
    return before[0]


def _names_successor(note: Json, old: VerifierKey, new: VerifierKey) -> bool:
    """Whether the old key has named the new one: who only writes records cannot have signed it."""
    text = f"{new.name}\nnext key\n{new.vkey}\n"
    if not isinstance(note, str) or not note.startswith(f"{text}\n"):
        return False
    lines = [_signature(match[1], match[2]) for match in _SIGNATURE_LINE.finditer(note)]
    return any(
        (line.name, line.key_id) == (old.name, old.id)
        and old.has_signed(text.encode(), line.content)
        for line in lines
    )


def check_checkpoint(case: Case) -> str:
    """Check that the checkpoint is the bundle's, and signed by a key that is trusted."""
    checkpoint, bundle = case.checkpoint, case.bundle
    with case.report.about("checkpoint", Failure.INTEGRITY):
        if (checkpoint.origin, checkpoint.size) != (bundle["origin"], bundle["size"]):
            wrong("its origin or its size is not that of bundle.json")
        case.require_one_history("checkpoint", checkpoint)
        signer = case.signers_of(checkpoint)[0]
        if signer not in case.trusted:
            wrong(f"{signer.label} signed it, which is no key that you trust", Failure.SIGNATURE)
        given = "the key that you gave" if case.given else "the key in the bundle"
        how = given if signer == case.trusted[0] or signer in case.given else "by way of rotations"
        return f"The checkpoint is signed by {signer.label}, {how}."
    return ""


def check_witnesses(case: Case) -> str:
    """Check the cosignatures that the policy asks for."""
    if not case.policy.witnesses:
        case.report.skip("Whether others saw the same log: the policy names no witness.")
        return ""
    cosigned: dict[str, str] = {}
    for name, key in case.policy.witnesses.items():
        with case.report.about(f"witness {shown(name)}", Failure.SIGNATURE):
            if case.checkpoint.signed_by([key]):
                cosigned[name] = f"{shown(name)} ({_cosigned_at(case.checkpoint, key)})"
            else:
                case.report.skip(f"Witness {shown(name)}: it has not cosigned the checkpoint.")
    if not case.policy.is_met_by(cosigned):
        words = f"policy: the cosignatures ({len(cosigned)}) are not the quorum that it asks for"
        case.report.fail(Failure.SIGNATURE, words)
    labels = ", ".join(key.label for key in case.policy.witnesses.values())
    case.report.skip(f"Whose keys the witnesses' are: they came from the bundle ({labels}).")
    return f"{len(cosigned)} witness(es) cosigned the checkpoint: {', '.join(cosigned.values())}."


def _cosigned_at(checkpoint: Checkpoint, witness: VerifierKey) -> str:
    for line in checkpoint.signatures:
        if (line.name, line.key_id) == (witness.name, witness.id):
            seconds = min(int.from_bytes(line.content[:8], "big"), LAST_SECOND)
            return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
    return "at no time"


# --- The records: content, place, chain, manifest --------------------------------------------


def require_record(record: Json) -> Object:
    """Return a record, which must be one; what is sealed in it must stand where it should."""
    require_version(record)
    if not isinstance(record, dict):
        wrong("it is no JSON object")
    in_clear = {name: value for name, value in record.items() if name != "sealed"}
    require_shape(in_clear, RECORD_SHAPE)
    if record["id"] != f"{record['workflow']}#{record['sequence']}":
        wrong("its id is not its writer and number")
    if "sealed" in record:
        _require_sealed(record["sealed"])
    if any(
        isinstance(each, dict) and SEALED_SHAPE.keys() <= each.keys() for each in walk(in_clear)
    ):
        wrong("a sealed value stands outside of 'sealed'")
    return record


def _require_sealed(sealed: Json) -> None:
    if not isinstance(sealed, dict) or not sealed:
        wrong("'sealed' names no field")
    for name, value in sealed.items():
        members = require_shape(value, SEALED_SHAPE)
        nonce, ciphertext = from_base64(members["nonce"]), from_base64(members["ciphertext"])
        if len(nonce) != GCM_NONCE_BYTES or len(ciphertext) < GCM_TAG_BYTES:
            wrong(f"the sealed field {shown(name)} is no AES-256-GCM ciphertext")


def walk(value: Json) -> Iterator[Json]:
    """Yield a value and all that is in it."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def require_proof(proof: Proof, leaf_hash: bytes, leaf: Object, checkpoint: Checkpoint) -> None:
    """Refuse a leaf that is not proven to be in the log where it says."""
    if proof.index != leaf["index"]:
        wrong("its proof is for another place in the log than its leaf says")
    size, root = checkpoint.size, checkpoint.root
    if not verify_inclusion(leaf_hash, proof.index, size, proof.hashes, root):
        wrong("its leaf is not in the log under this checkpoint: the inclusion proof fails")


class Part(NamedTuple):
    """A file of one record that should be JSON: its bytes, and its value or why it has none."""

    content: bytes
    value: Json
    fault: Wrong | None

    @classmethod
    def read(cls, content: bytes) -> Part:
        """Read it; what is wrong with it waits until somebody asks for its value."""
        try:
            return cls(content, read_json(content), None)
        except Wrong as found:
            return cls(content, None, found)

    def said(self, member: str) -> str | None:
        """Return what it says of itself, only to name it by."""
        value = self.value.get(member) if isinstance(self.value, dict) else None
        return value[:200] if isinstance(value, str) else None

    def as_leaf(self) -> Object:
        """Return the leaf that it must be."""
        if self.fault:
            raise self.fault
        require_version(self.value)
        if len(self.content) > LARGEST_LEAF:
            wrong("it is too large")
        return require_shape(self.value, LEAF_SHAPE)

    def as_record(self, leaf: Object) -> Object:
        """Return the record that it must be: the one that the leaf commits to."""
        if sha256(self.content).hex() != leaf["sha256"]:
            wrong("its content is not what the log committed to")
        if self.fault:
            raise self.fault
        record = require_record(self.value)
        if (record["id"], record["incident"]) != (leaf["record"], leaf["incident"]):
            wrong("its leaf names another record, or another incident")
        return record


def names_in(files: BundleFiles, *folders: str) -> list[str]:
    """Return the files in these folders that have a place there, in order."""
    names = [name for name in files.sizes if name.startswith(folders) and LAYOUT.fullmatch(name)]
    return sorted(names)


def numbers_of(files: BundleFiles) -> list[int]:
    """Return the numbers of all records of which there is a file."""
    names = names_in(files, "records/", "leaves/", "proofs/")
    return sorted({int(name.partition("/")[2].partition(".")[0]) for name in names})


def check_records(case: Case) -> str:
    """Check each record: its content against its leaf, its leaf against the checkpoint."""
    withheld = {entry["seq"]: entry["reason"] for entry in case.bundle["withheld"]}
    for seq in numbers_of(case.files):
        _check_record(case, seq, withheld.get(seq))
    for seq in sorted(withheld.keys() - case.leaves.keys()):
        words = f"bundle.json: it withholds the content of record {seq}, whose leaf is not here"
        case.report.fail(Failure.COMPLETENESS, words)
    return (
        f"Each of the {len(case.leaves)} leaves is in the log at its place, and each of the "
        f"{len(case.records)} records here has the content that its leaf commits to."
    )


def _check_record(case: Case, seq: int, withheld: str | None) -> None:
    leaf_file = _read_part(case, seq, f"leaves/{seq:06d}.json")
    proof_file = _read_part(case, seq, f"proofs/{seq:06d}.tlog-proof")
    record_file = _read_part(case, seq, f"records/{seq:06d}.json")
    leaf_part = Part.read(leaf_file) if leaf_file is not None else None
    record_part = Part.read(record_file) if record_file is not None else None
    name = _name_of(seq, leaf_part, record_part)
    with case.report.about(name, Failure.INTEGRITY):
        _take_leaf(case, seq, name, leaf_part)
    leaf = case.leaves.get(seq)
    with case.report.about(name, Failure.INTEGRITY):
        if proof_file is None:
            wrong("its proof is missing", Failure.COMPLETENESS)
        if leaf is not None:
            _require_in_log(case, Proof.parse(proof_file), leaf)
    with case.report.about(name, Failure.INTEGRITY):
        if record_part is None:
            _note_withheld(case, name, withheld)
        elif withheld is not None:
            wrong("its content is said to be withheld, and yet it is here", Failure.COMPLETENESS)
        elif leaf is not None:
            _take_record(case, seq, name, record_part.as_record(leaf.members))


def _read_part(case: Case, seq: int, path: str) -> bytes | None:
    if path in case.files:
        with case.report.about(f"record {seq}", Failure.UNREADABLE):
            return case.files.read(path)
    return None


def _name_of(seq: int, leaf: Part | None, record: Part | None) -> str:
    """Return how people are told of a record: its number, its id and its kind, as far as known."""
    its_id = (leaf and leaf.said("record")) or (record and record.said("id"))
    said = [word for word in (its_id, record and record.said("kind")) if word]
    return f"record {seq} ({', '.join(said)})" if said else f"record {seq}"


def _take_leaf(case: Case, seq: int, name: str, part: Part | None) -> None:
    if part is None:
        wrong("its leaf is missing", Failure.COMPLETENESS)
    try:
        members = part.as_leaf()
    except Wrong as found:
        wrong(f"its leaf: {found.words}", found.failure)
    case.leaves[seq] = Leaf(name, hash_of_leaf(part.content), members)
    same = case.numbers.setdefault(members["record"], seq)
    if same != seq:
        wrong(f"its id is that of record {same} as well")
    if members["incident"] != case.bundle["incident"]:
        wrong(f"it belongs to {shown(members['incident'])}")


def _require_in_log(case: Case, proof: Proof, leaf: Leaf) -> None:
    if proof.note != case.checkpoint.note:
        wrong("its proof leads to another checkpoint than the bundle's")
    require_proof(proof, leaf.hash, leaf.members, case.checkpoint)


def _note_withheld(case: Case, name: str, reason: str | None) -> None:
    if reason is None:
        wrong("its content is missing, and nothing says why", Failure.COMPLETENESS)
    case.report.skip(
        f"{name}: {reason}; its place and hash are proven, its content was not checked."
    )


def _take_record(case: Case, seq: int, name: str, record: Object) -> None:
    """Remember what later checks ask about a record that is as the log has it."""
    case.records[seq] = name
    for value in walk(record):
        if is_digest(value):
            case.naming.setdefault(value, set()).add(seq)
    if record["policy"] is not None:
        case.relied_on.setdefault(record["policy"]["digest"], name)
    if record["kind"].startswith("attachment.") and is_digest(record["subject"].get("digest")):
        case.relied_on.setdefault(record["subject"]["digest"], name)
    for value in record.get("sealed", {}).values():
        case.sealed_under[value["key"]] = case.sealed_under.get(value["key"], 0) + 1
    if record["kind"] == "personal_data.erased":
        case.erased_by[record["id"]] = str(record["subject"].get("id"))
    if seq == case.bundle["manifest"]:
        case.manifest = record


def check_chain(case: Case) -> str:
    """Check that no record of the incident is missing before the last that is here."""
    count = case.bundle["count"]
    for missing in _gaps([seq for seq in numbers_of(case.files) if seq < count], count):
        words = f"{missing}: missing, though bundle.json counts it"
        case.report.fail(Failure.COMPLETENESS, words)
    for seq, leaf in sorted(case.leaves.items()):
        with case.report.about(leaf.name, Failure.COMPLETENESS):
            _check_link(seq, leaf, case.leaves.get(seq - 1))
            if seq >= count:
                wrong(f"bundle.json counts {count} record(s), of which the last is {count - 1}")
    return f"No record is missing from the first to number {count - 1}: their chain has no gap."


def _gaps(here: Sequence[int], count: int) -> Iterator[str]:
    """Yield in words which of the numbers below `count` are not among these, which are in order."""
    for before, seq in zip([-1, *here], [*here, count]):  # noqa: B905 - as above
        if before + 2 < seq:
            yield f"records {before + 1} to {seq - 1}"
        elif before + 1 < seq:
            yield f"record {seq - 1}"


def _check_link(seq: int, leaf: Leaf, before: Leaf | None) -> None:
    members = leaf.members
    if members["incident_seq"] != seq:
        wrong(f"in the log it is number {members['incident_seq']} of the incident")
    if seq == 0 and members["incident_prev"] is not None:
        wrong("it is not the first: the log has a record before it")
    if before is None:
        return
    if members["incident_prev"] != before.hash.hex():
        wrong(f"it does not follow record {seq - 1}: the log has another record before it")
    if members["index"] <= before.members["index"]:
        wrong(f"it stands before record {seq - 1} in the log")


def check_manifest(case: Case) -> str:
    """Check that the last record is the manifest, and that it says what is here."""
    last = case.bundle["manifest"]
    leaf = case.leaves.get(last)
    with case.report.about(leaf.name if leaf else f"record {last}", Failure.COMPLETENESS):
        if last != case.bundle["count"] - 1:
            wrong("bundle.json calls it the manifest, but it is not the last record")
        if leaf is None or case.manifest is None:
            wrong("the manifest that closes the chain is not here: records may have been cut off")
        if case.manifest["kind"] != "evidence.exported":
            wrong("it is no manifest that closes the chain: records may have been cut off")
        _check_manifest(case, leaf, require_manifest(case.manifest["payload"]))
        return f"Record {last} closes the chain: nothing was cut off at the end of the bundle."
    return ""


def require_manifest(payload: Object) -> Object:
    """Return what a manifest says: count, last leaf, and the size of the log when it was made."""
    shape: Shape = {"count": is_count, "last_leaf": or_null(is_hash), "as_of_size": is_count}
    return require_shape({name: payload.get(name) for name in shape}, shape)


def _check_manifest(case: Case, leaf: Leaf, said: Object) -> None:
    # Records may have come in between the count and the manifest's own place in the log.
    before = [
        case.leaves[seq]
        for seq in sorted(case.leaves)
        if seq < case.bundle["manifest"] and case.leaves[seq].members["index"] < said["as_of_size"]
    ]
    if said["as_of_size"] > leaf.members["index"]:
        wrong("it claims to have been made after its own place in the log")
    if said["count"] != len(before):
        wrong(f"it counts {said['count']} record(s) before it, and {len(before)} are here")
    if said["last_leaf"] != (before[-1].hash.hex() if before else None):
        wrong("the last record before it is not the one that it names")


# --- Growth: the earlier checkpoint, and the one that was kept -------------------------------


def check_consistency(case: Case) -> str:
    """Check that the log grew out of the earlier checkpoint, if one was asked for."""
    size = case.bundle["previous_size"]
    for name in ("checkpoint.previous", "consistency"):
        if size is None and name in case.files:
            case.report.fail(Failure.UNREADABLE, f"{name}: bundle.json knows nothing of it")
    if size is None:
        case.report.skip(
            "Whether the log grew out of an earlier checkpoint: none is in the bundle."
        )
        return ""
    with case.report.about("consistency", Failure.INTEGRITY):
        content = case.files.read("consistency").decode("latin-1")
        *lines, rest = content.split("\n")
        if rest:
            wrong("its last line has no end")
        hashes = read_hashes(lines)
        with case.report.about("checkpoint.previous", Failure.INTEGRITY):
            _check_growth(case, Checkpoint.parse(case.files.read("checkpoint.previous")), hashes)
        return f"The log only grew since its earlier checkpoint of size {size}."
    return ""


def _check_growth(case: Case, previous: Checkpoint, hashes: Sequence[bytes]) -> None:
    now = case.checkpoint
    if previous.size != case.bundle["previous_size"]:
        wrong("its size is not the 'previous_size' of bundle.json")
    if not verify_consistency(previous.size, now.size, previous.root, now.root, hashes):
        wrong("the log did not grow out of it: the consistency proof fails")
    case.require_other("checkpoint.previous", previous)


def check_kept(case: Case, note: bytes | None) -> str:
    """Compare with a checkpoint that was kept since earlier."""
    if note is None:
        return ""
    with case.report.about("the checkpoint that you kept", Failure.UNREADABLE):
        kept = Checkpoint.parse(note)
        comparable = kept.size in case.roots
        case.require_other("the checkpoint that you kept", kept)
        if comparable:
            return f"The checkpoint that you kept, of size {kept.size}, is of the same history."
        case.report.skip(
            f"The checkpoint that you kept, of size {kept.size}: this bundle cannot be compared "
            f"with it. Ask for one that is exported with {kept.size} as its previous size."
        )
    return ""


# --- What the records name: artifacts; timestamps; personal data ------------------------------


def check_artifacts(case: Case) -> str:
    """Check that what the records name is here unchanged, or withheld with a reason."""
    with case.report.about("artifacts.json", Failure.UNREADABLE):
        listed = read_json(case.files.read("artifacts.json"))
        if not list_of(has_shape(ARTIFACT_SHAPE))(listed):
            wrong("it is no list of artifacts as the format asks for")
        digests = [entry["digest"] for entry in listed]
        if digests != sorted(set(digests)):
            wrong("it is not in the order of the digests, or lists one twice")
        return _check_listed(case, listed)
    return ""


def _check_listed(case: Case, listed: Sequence[Object]) -> str:
    for entry in listed:
        with case.report.about(f"artifact {entry['digest']}", Failure.COMPLETENESS):
            _check_artifact(case, entry)
    known = {entry["digest"] for entry in listed}
    for name in names_in(case.files, "artifacts/"):
        if f"sha256:{name.partition('/')[2]}" not in known:
            case.report.fail(Failure.UNREADABLE, f"{name}: artifacts.json does not list it")
    for digest, record in sorted(case.relied_on.items()):
        if digest not in known:
            words = f"{record}: the artifact {digest} that it names is not in artifacts.json"
            case.report.fail(Failure.COMPLETENESS, words)
    others = len(case.naming.keys() - known)
    if others:
        case.report.skip(
            f"{others} digest(s) in records: what they stand for is not in the bundle."
        )
    return f"{len(listed)} artifact(s) that records name are here unchanged, or withheld."


def _check_artifact(case: Case, entry: Object) -> None:
    digest, name = entry["digest"], f"artifacts/{entry['digest'][7:]}"
    for seq in entry["named_by"]:
        if seq >= case.bundle["count"]:
            wrong(f"artifacts.json says that record {seq} names it, which is not in the bundle")
        if seq in case.records and seq not in case.naming.get(digest, ()):
            wrong(f"{case.records[seq]} does not name it, though artifacts.json says so")
    if entry["withheld"] is not None:
        if name in case.files:
            wrong("it is said to be withheld, and yet it is here")
        case.report.skip(f"artifact {digest}: withheld ({entry['withheld']}).")
        return
    if name not in case.files:
        wrong("it is not here, and nothing says why")
    if case.files.digest(name) != digest[7:]:
        wrong("its content is not that which the records name", Failure.INTEGRITY)
    if entry["size"] not in {None, case.files.sizes[name]}:
        wrong("its size is not what artifacts.json says", Failure.INTEGRITY)


def check_timestamps(case: Case) -> str:
    """Check that the tokens are over the checkpoints; whose they are cannot be checked here."""
    names = names_in(case.files, "timestamps/")
    tokens = [name for name in names if name.endswith(".tsr")]
    of_sizes = {name.rpartition("-")[0] for name in tokens}
    for name in names:
        if name not in tokens and name.rpartition(".")[0] not in of_sizes:
            case.report.fail(Failure.UNREADABLE, f"{name}: no timestamp is over it")
    for name in tokens:
        with case.report.about(name, Failure.INTEGRITY):
            _check_timestamp(case, name)
    if tokens:
        return f"{len(tokens)} timestamp(s) are over checkpoints of the log."
    case.report.skip("Times: no outside authority states them; they are of the operator's clocks.")
    return ""


def _check_timestamp(case: Case, name: str) -> None:
    beside = f"{name.rpartition('-')[0]}.checkpoint"
    size = int(name.partition("/")[2].partition("-")[0])
    path = "checkpoint" if beside not in case.files and size == case.checkpoint.size else beside
    checkpoint = Checkpoint.parse(case.files.read(path))
    info = TimestampInfo.parse(case.files.read(name))
    if checkpoint.size != size:
        wrong(f"{path} is not of size {size}")
    if info.imprint != sha256(checkpoint.note):
        wrong(f"it is not over {path}, but over something else")
    if path != "checkpoint":
        case.require_other(path, checkpoint)
    form = "" if info.is_response else "-token_in "
    case.report.skip(
        f"{name}: whose signature it carries. It claims that {path} existed at {info.time}; the "
        "authority's signature was NOT checked here. Check it, in the unpacked bundle, with: "
        f"openssl ts -verify {form}-in {name} -data {path} -CAfile AUTHORITY.pem"
    )


def check_personal_data(case: Case) -> str:
    """Check what is said of sealed fields and of their keys."""
    erased = _read_list(case, "erasures.json", ERASURE_SHAPE)
    keys = _read_list(case, "keys.json", SUBJECT_KEY_SHAPE)
    elsewhere = 0
    for entry in erased:
        with case.report.about(f"erasures.json: {entry['key']}", Failure.INTEGRITY):
            if entry["record"] not in case.erased_by:
                elsewhere += 1
            elif case.erased_by[entry["record"]] != entry["key"]:
                wrong(f"the record {entry['record']} is of another key's erasure")
    if elsewhere:
        case.report.skip(f"{elsewhere} erasure(s) of keys: their records are in another chain.")
    if case.sealed_under:
        fields, gone = sum(case.sealed_under.values()), {entry["key"] for entry in erased}
        case.report.skip(
            f"{fields} sealed field(s): only their ciphertext. Of {len(case.sealed_under)} key(s), "
            f"{len(keys)} are in keys.json, {len(gone & case.sealed_under.keys())} were erased."
        )
    return ""


def _read_list(case: Case, name: str, shape: Shape) -> list[Object]:
    with case.report.about(name, Failure.UNREADABLE):
        content = read_json(case.files.read(name)) if name in case.files else []
        if not list_of(has_shape(shape))(content):
            wrong("it is no list as the format asks for")
        entries: list[Object] = content
        return entries
    return []


def check_listing(case: Case) -> str:
    """Check that the files are those that files.json lists, and none that a bundle has not."""
    for name in sorted(case.files.sizes):
        if not LAYOUT.fullmatch(name):
            case.report.fail(Failure.UNREADABLE, f"{name}: a bundle has no such file")
    with case.report.about("files.json", Failure.UNREADABLE):
        listed = read_json(case.files.read("files.json"))
        if not isinstance(listed, dict) or not all(map(is_hash, listed.values())):
            wrong("it is no list of names and hashes")
        _compare_listing(case, listed)
    case.report.skip(
        "README.txt, index.html, timeline.pdf, media types, erasures.json, and from which size a "
        "key signed: they are what the sender says. What counts are the records."
    )
    return f"All {len(case.files.sizes) - 1} files are those that files.json lists."


def _compare_listing(case: Case, listed: Object) -> None:
    here = case.files.sizes.keys() - {"files.json"}
    for name in sorted(listed.keys() ^ here):
        fault = "is missing" if name in listed else "is not listed"
        case.report.fail(Failure.UNREADABLE, f"files.json: the file {shown(name)} {fault}")
    for name in sorted(listed.keys() & here):
        with case.report.about(name, Failure.INTEGRITY):
            if case.files.digest(name) != listed[name]:
                wrong("its content is not that which files.json lists")


# --- Running it ------------------------------------------------------------------------------

CHECKS = (
    check_keys,
    check_checkpoint,
    check_witnesses,
    check_records,
    check_chain,
    check_manifest,
    check_consistency,
    check_artifacts,
    check_timestamps,
    check_personal_data,
    check_listing,
)


def verify_bundle(
    files: BundleFiles, given: Sequence[VerifierKey] = (), kept: bytes | None = None
) -> Report:
    """Verify a bundle, with the keys and the checkpoint that were obtained elsewhere."""
    report = Report()
    case = open_case(files, report, given)
    if case is None:
        report.skip("Everything else: it takes a bundle.json and a checkpoint that can be read.")
        return report
    for check in CHECKS:
        report.theme(partial(check, case))
    report.theme(partial(check_kept, case, kept))
    return report


def _as_text(report: Report, name: str) -> str:
    lines = [report.title, plain(name)]
    sections = {
        "WHAT HOLDS": report.holds,
        "WHAT DOES NOT": [f"{words} [{kind.name.lower()}]" for kind, words in report.fails],
        "WHAT WAS NOT CHECKED": report.not_checked,
    }
    for heading, found in sections.items():
        lines += ["", heading, *map(_bullet, found[:SHOWN_LINES] or ["nothing"])]
        if len(found) > SHOWN_LINES:
            lines.append(f"  - and {len(found) - SHOWN_LINES} more: --json prints them all")
    code = report.exit_code
    verdict = f"IT DOES NOT HOLD: {Failure(code).name.lower()}" if code else "IT HOLDS"
    return "\n".join([*lines, "", f"{verdict} (exit code {code})"])


def _bullet(line: str) -> str:
    # Long words are keys, hashes and commands: whoever copies them needs them in one piece.
    return textwrap.fill(
        line,
        width=100,
        initial_indent="  - ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _as_json(report: Report) -> str:
    return json.dumps(
        {
            "exit_code": report.exit_code,
            "title": report.title,
            "holds": report.holds,
            "fails": [{"class": kind.name.lower(), "what": words} for kind, words in report.fails],
            "not_checked": report.not_checked,
        },
        indent=2,
    )


def _verify_path(bundle: Path, given: Sequence[VerifierKey], kept: bytes | None) -> Report:
    report = Report()
    with report.about(f"the bundle {bundle}", Failure.UNREADABLE):
        files = open_files(bundle)
        try:
            report = verify_bundle(files, given, kept)
        finally:
            files.close()
    if bundle.resolve() == Path(__file__).resolve().parent:
        report.skip(
            "This verifier itself: it came with the bundle. Whoever does not trust the sender "
            "takes one from elsewhere."
        )
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what the command line names, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    here = Path(__file__).resolve().parent
    parser.add_argument("bundle", nargs="?", type=Path, default=here, help="ZIP archive or folder")
    parser.add_argument(
        "--vkey", action="append", default=[], help="a key of the log, from elsewhere"
    )
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint of the log that you kept")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    kept = None
    try:
        given = [VerifierKey.parse(vkey.strip()) for vkey in options.vkey]
        if options.checkpoint:
            with options.checkpoint.open("rb") as file:
                kept = file.read(LARGEST_NOTE + 1)
    except (Wrong, OSError) as error:
        parser.error(plain(str(error)))
    report = _verify_safely(options.bundle, given, kept)
    try:
        print(_as_json(report) if options.json else _as_text(report, str(options.bundle)))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough; Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return report.exit_code


def _verify_safely(bundle: Path, given: Sequence[VerifierKey], kept: bytes | None) -> Report:
    """Verify; if this program itself fails on what it reads, that is no success either."""
    try:
        return _verify_path(bundle, given, kept)
    except Exception as error:  # noqa: BLE001 - the outermost place: it ends as unreadable
        report = Report()
        words = f"the bundle: this verifier failed on it ({type(error).__name__}: {error})"
        report.fail(Failure.UNREADABLE, words)
        return report


if __name__ == "__main__":
    sys.exit(main())

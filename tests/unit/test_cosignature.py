"""C2SP tlog-cosignature: one way to write it, and nothing else passes."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import InvalidInput
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.cosignature import WitnessKey, cosigned_bytes, open_cosignature
from holdfast.evidence.log.note import NoteSigner
from tests.honest_witness import HonestWitness

_ORIGIN = "example.com/behind-the-sofa"
_CHECKPOINT = Checkpoint(
    _ORIGIN, 20852163, base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
)
_LOG = NoteSigner(_ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
_NOTE = _CHECKPOINT.signed([_LOG])
_WITNESS = HonestWitness(
    "witness.example.com/w1", _ORIGIN, (), Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
)
_KEY = WitnessKey.parse(_WITNESS.vkey)
_LINE = _WITNESS.cosign(_CHECKPOINT, 1679315147).decode()


def test_what_is_cosigned_is_the_example_of_the_specification() -> None:
    """Header, time, and the checkpoint's three lines."""
    assert cosigned_bytes(_CHECKPOINT.text, 1679315147) == (
        b"cosignature/v1\n"
        b"time 1679315147\n"
        b"example.com/behind-the-sofa\n"
        b"20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


def test_a_genuine_line_is_found_among_those_of_strangers() -> None:
    """Lines of keys that nobody knows are ignored."""
    stranger = HonestWitness("w.test", _ORIGIN, ()).cosign(_CHECKPOINT).decode()
    for lines in (_LINE, stranger + _LINE, _LINE + stranger):
        opened = open_cosignature(_NOTE, lines, _KEY)
        assert (opened.time, opened.line) == (1679315147, _LINE)


def test_the_logs_own_signatures_do_not_count_in_it() -> None:
    """It holds after the log's key has changed."""
    other = NoteSigner(_ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x03" * 32))
    assert open_cosignature(_CHECKPOINT.signed([_LOG, other]), _LINE, _KEY).line == _LINE


@given(bit=st.integers(0, 8 * (4 + 72) - 1))
def test_a_line_with_one_bit_changed_never_passes(bit: int) -> None:
    """Key id, time or signature: it is then a stranger's, or not genuine."""
    head, _, encoded = _LINE.rstrip("\n").rpartition(" ")
    content = bytearray(base64.b64decode(encoded))
    content[bit // 8] ^= 1 << bit % 8
    with pytest.raises(InvalidInput):
        open_cosignature(_NOTE, f"{head} {base64.b64encode(content).decode()}\n", _KEY)


@given(lines=st.text())
def test_whatever_a_stranger_sends_is_refused_in_words(lines: str) -> None:
    """No other error escapes."""
    with pytest.raises(InvalidInput):
        open_cosignature(_NOTE, lines, _KEY)


def test_a_key_reads_back_as_it_was_written() -> None:
    """The form that goes into policies."""
    assert _KEY.vkey == _WITNESS.vkey
    assert WitnessKey.parse(f" {_KEY.vkey}\n") == _KEY


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "w",
        "w+00000000+",
        "+".join(["w", _KEY.key_id.hex(), _KEY.vkey.rpartition("+")[2]]),
        _KEY.vkey[:-4],
        _KEY.vkey.replace("+B", "+A"),
        _KEY.vkey + "A",
        _LOG.verifier.vkey,
        "\ud800+00000000+BA==",
    ],
)
def test_what_is_no_key_of_a_witness_is_refused(vkey: str) -> None:
    """Cut, of another name, of another type."""
    with pytest.raises(InvalidInput):
        WitnessKey.parse(vkey)

"""Signed notes: the examples that others published, both ways, and everything that is none."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import InvalidInput
from holdfast.evidence.log.note import NoteSigner, VerifierKey, open_note, sign_note

# The example of Go's golang.org/x/mod/sumdb/note, with its private key.
_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
_PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
_PETER_PRIVATE = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
_PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
_ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
_ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WW"
    "d1RvMc+QQ=\n"
)
_BOTH = f"{_TEXT}\n{_PETER_LINE}{_ENOCH_LINE}"

# The worked example of C2SP signed-note.
_FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
_FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONnc"
    "AlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

_KEY = NoteSigner("example.org/log", Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
_OTHER = NoteSigner("example.org/log", Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))
_LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
_NOTE_TEXTS = st.lists(_LINES, min_size=1, max_size=6).map(lambda lines: "\n".join([*lines, ""]))


def test_the_examples_of_others_verify() -> None:
    """Go's example with both of its signatures, and that of C2SP."""
    keys = [VerifierKey.parse(_PETER), VerifierKey.parse(_ENOCH)]
    opened = open_note(_BOTH, keys)
    assert opened.text == _TEXT
    assert opened.by == tuple(keys)
    foo = VerifierKey.parse(_FOO)
    assert open_note(_FOO_NOTE, [foo]).by == (foo,)


def test_we_write_the_bytes_that_others_write() -> None:
    """Ed25519 is deterministic: the same key and text give Go's note."""
    peter = NoteSigner("PeterNeumann", Ed25519PrivateKey.from_private_bytes(_PETER_PRIVATE))
    assert peter.verifier.vkey == _PETER
    assert sign_note(_TEXT, [peter]) == f"{_TEXT}\n{_PETER_LINE}"


@pytest.mark.parametrize("vkey", [_PETER, _ENOCH, _FOO, f"{_FOO}\n"])
def test_a_verifier_key_reads_back_the_same(vkey: str) -> None:
    """The end of a line does not matter, as keys are read from files."""
    assert VerifierKey.parse(vkey).vkey == vkey.strip()


def test_unknown_signatures_are_ignored() -> None:
    """Witnesses and new keys may sign as well."""
    opened = open_note(_BOTH, [VerifierKey.parse(_ENOCH)])
    assert [key.name for key in opened.by] == ["EnochRoot"]
    assert [signature.name for signature in opened.signatures] == ["PeterNeumann", "EnochRoot"]
    assert open_note(_BOTH, []).by == ()


def test_a_signature_of_the_same_name_by_another_key_is_unknown() -> None:
    """Name and id together say which key it is."""
    note = sign_note(_TEXT, [_OTHER])
    assert open_note(note, [_KEY.verifier]).by == ()


def test_a_key_that_stands_there_twice_counts_once() -> None:
    """A quorum is not reached by repetition."""
    note = sign_note(_TEXT, [_KEY, _KEY, _OTHER])
    assert open_note(note, [_KEY.verifier, _OTHER.verifier]).by == (_KEY.verifier, _OTHER.verifier)


def test_a_bad_signature_by_a_known_key_spoils_the_note() -> None:
    """Though another known key has signed well."""
    bad = _PETER_LINE.replace("go/ZJ", "go/ZK")
    keys = [VerifierKey.parse(_ENOCH), VerifierKey.parse(_PETER)]
    with pytest.raises(InvalidInput, match="PeterNeumann on the note is not genuine"):
        open_note(f"{_TEXT}\n{_ENOCH_LINE}{bad}", keys)
    assert open_note(f"{_TEXT}\n{_ENOCH_LINE}{bad}", keys[:1]).by == (keys[0],)


@given(_NOTE_TEXTS, st.lists(st.sampled_from([_KEY, _OTHER]), min_size=1, max_size=3))
def test_what_was_signed_opens(text: str, signers: list[NoteSigner]) -> None:
    """Whatever the text, empty lines included."""
    opened = open_note(sign_note(text, signers), [signer.verifier for signer in signers])
    assert opened.text == text
    assert set(opened.by) == {signer.verifier for signer in signers}


@given(_NOTE_TEXTS, st.data())
def test_no_character_of_a_note_can_be_altered(text: str, data: st.DataObject) -> None:
    """Another text, another signature, another shape: never the same note under the key."""
    note = sign_note(text, [_KEY])
    at = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.characters().filter(lambda sign: sign != note[at]))
    altered = note[:at] + other + note[at + 1 :]
    try:
        opened = open_note(altered, [_KEY.verifier])
    except InvalidInput:
        return
    assert opened.by == ()


@given(st.text() | st.text(alphabet="— \n+=Aex\ud800\xa0").map(lambda text: f"a\n\n— e {text}\n"))
def test_garbage_is_refused_and_nothing_else(note: str) -> None:
    """Nobody's bytes make the reader fall over."""
    try:
        opened = open_note(note, [_KEY.verifier])
    except InvalidInput as error:
        assert "no signed note" in error.message  # noqa: PT017 - either is right
    else:
        assert opened.by == ()


_NO_NOTES = {
    "empty": "",
    "no signature": f"{_TEXT}\n",
    "no empty line": f"{_TEXT}{_PETER_LINE}",
    "unfinished line": f"{_TEXT}\n{_PETER_LINE[:-1]}",
    "hyphen for dash": f"{_TEXT}\n{_PETER_LINE.replace('—', '-')}",
    "words after it": f"{_TEXT}\n{_PETER_LINE}more\n",
    "carriage returns": f"{_TEXT}\n{_PETER_LINE}".replace("\n", "\r\n"),
    "control character": f"a\x07\n\n{_PETER_LINE}",
    "lone surrogate": f"a\ud800\n\n{_PETER_LINE}",
    "plus in a name": f"{_TEXT}\n{_PETER_LINE.replace('Neu', '+')}",
    "space in a name": f"{_TEXT}\n{_PETER_LINE.replace('Neu', chr(0xA0))}",
    "base64 without padding": f"{_TEXT}\n{_PETER_LINE.replace('=', '')}",
    "base64 with spare bits": f"{_TEXT}\n{_PETER_LINE.replace('nAM=', 'nAN=')}",
    "a key id alone": f"{_TEXT}\n— PeterNeumann x08gow==\n",
    "too large": f"{'a' * 1_000_000}\n\n{_PETER_LINE}",
}


@pytest.mark.parametrize("note", _NO_NOTES.values(), ids=_NO_NOTES.keys())
def test_what_is_no_note_is_refused(note: str) -> None:
    """Each breach of C2SP signed-note."""
    with pytest.raises(InvalidInput, match="no signed note"):
        open_note(note, [VerifierKey.parse(_PETER)])


_NO_KEYS = {
    "empty": "",
    "a name": "PeterNeumann",
    "no name": _PETER.removeprefix("PeterNeumann"),
    "another name": _PETER.replace("Peter", "Paul"),
    "space in the name": _PETER.replace("Neu", " "),
    "another id": _PETER.replace("c74f20a3", "c74f20a4"),
    "upper-case id": _PETER.replace("c74f20a3", "C74F20A3"),
    "another key": _PETER.replace("ARpc", "ARpd"),
    "another algorithm": _PETER.replace("+ARpc", "+AhpC"),
    "a short key": "PeterNeumann+c74f20a3+ARpc",
    "no base64": _PETER.replace("ARpc", "????"),
    "not ASCII": _PETER.replace("ARpc", "ÄÄÄÄ"),
    "lone surrogate": _PETER.replace("Peter", "\ud800"),
    "private key": f"PRIVATE+KEY+{_PETER}",
}


@pytest.mark.parametrize("vkey", _NO_KEYS.values(), ids=_NO_KEYS.keys())
def test_what_is_no_verifier_key_is_refused(vkey: str) -> None:
    """A mistyped key is found out by its id."""
    with pytest.raises(InvalidInput, match="no verifier key"):
        VerifierKey.parse(vkey)


@given(st.text() | st.tuples(_LINES, _LINES, _LINES).map("+".join))
def test_a_garbled_verifier_key_is_refused_and_nothing_else(vkey: str) -> None:
    """Nobody's bytes make the reader fall over."""
    with pytest.raises(InvalidInput, match="no verifier key"):
        VerifierKey.parse(vkey)

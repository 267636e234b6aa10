"""The folder of the log's keys: numbers are given once, whatever else lies in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import Conflict, Fatal, NotFound
from holdfast.evidence.log.note import NoteSigner, VerifierKey
from holdfast.evidence.log.succession import name_successor, names_successor
from holdfast.evidence.log_keys import LogKeys

_ORIGIN = "bank.test/dora/evidence/main"
_KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys are."""
    return tmp_path / "keys"


@pytest.fixture
def keys(folder: Path) -> LogKeys:
    """A log with its first key."""
    keys = LogKeys(folder, _ORIGIN)
    keys.create_first()
    return keys


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def _signing(keys: LogKeys) -> list[VerifierKey]:
    return [signer.verifier for signer in keys.signers()]


def test_the_first_key_is_made_once(keys: LogKeys, folder: Path) -> None:
    """Every start asks for it."""
    (first,) = keys.signers()
    keys.create_first()
    assert keys.signers() == [first]
    assert _names(folder) == ["0001.ed25519", "0001.pub"]


def test_what_a_crash_left_half_written_does_not_pass_for_a_key(folder: Path) -> None:
    """The log would wait for a key that never was."""
    folder.mkdir()
    (folder / "0001.ed25519.0a1b2c3d.new").write_bytes(b"half")
    (folder / "lost+found").mkdir()
    keys = LogKeys(folder, _ORIGIN)
    keys.create_first()
    assert len(keys.signers()) == 1


def test_a_lost_key_is_never_replaced_by_a_new_first_one(keys: LogKeys, folder: Path) -> None:
    """Its public half tells that there was one: it has to come out of the backup."""
    (folder / "0001.ed25519").unlink()
    keys.create_first()
    with pytest.raises(Fatal, match="backup"):
        keys.signers()


def test_a_key_goes_through_its_states_by_its_number(keys: LogKeys, folder: Path) -> None:
    """Waiting, signing, retired; the public half keeps its name."""
    (first,) = _signing(keys)
    waiting = keys.prepare_next().verifier
    assert _names(folder) == ["0001.ed25519", "0001.pub", "0002.pub", "0002.waiting"]
    assert keys.prepare_next().verifier == waiting
    assert (folder / "0002.pub").read_bytes() == waiting.public

    keys.install_next()
    assert _signing(keys) == [first, waiting]
    assert keys.waiting() is None

    keys.retire(first.vkey)
    assert _signing(keys) == [waiting]
    assert _names(folder) == ["0001.pub", "0001.retired", "0002.ed25519", "0002.pub"]
    keys.prepare_next()
    assert "0003.waiting" in _names(folder)


def test_private_keys_are_for_their_owner_only(keys: LogKeys, folder: Path) -> None:
    """In every state, and the folder too."""
    keys.prepare_next()
    private = [file for file in folder.iterdir() if file.suffix != ".pub"]
    assert {file.stat().st_mode & 0o777 for file in private} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_number_once_given_is_given_no_more(keys: LogKeys, folder: Path) -> None:
    """Where a private half was destroyed, the public half keeps its place."""
    keys.prepare_next()
    keys.install_next()
    (folder / "0002.ed25519").unlink()
    keys.prepare_next()
    assert "0003.waiting" in _names(folder)


def test_a_public_half_that_a_crash_left_out_is_made_up_for(keys: LogKeys, folder: Path) -> None:
    """The crash came between the two files."""
    waiting = keys.prepare_next().verifier
    (folder / "0002.pub").unlink()
    assert keys.prepare_next().verifier == waiting
    assert (folder / "0002.pub").read_bytes() == waiting.public


def test_only_one_of_several_signing_keys_is_retired(keys: LogKeys) -> None:
    """By its key id as by its verifier key; never the last."""
    (first,) = keys.signers()
    with pytest.raises(Conflict, match="rotate first"):
        keys.retirable(first.verifier.vkey)
    keys.prepare_next()
    keys.install_next()
    assert keys.retirable(first.verifier.key_id.hex()) == first
    with pytest.raises(NotFound, match="log-key list"):
        keys.retire("00000000")


def test_only_the_old_key_names_its_successor(keys: LogKeys) -> None:
    """Not the new one itself, and not another one."""
    (old,), new = keys.signers(), keys.prepare_next()
    vouched = name_successor(old, new.verifier)
    assert names_successor(vouched, old.verifier, new.verifier)
    assert not names_successor(vouched, new.verifier, new.verifier)
    assert not names_successor(vouched, old.verifier, old.verifier)
    itself = name_successor(new, new.verifier)
    assert not names_successor(itself, old.verifier, new.verifier)


@given(note=st.text())
def test_no_text_passes_for_a_succession(note: str) -> None:
    """And none raises."""
    key = NoteSigner(_ORIGIN, _KEY).verifier
    assert not names_successor(note, key, key)

"""The keys that sign the log: made once, rotated with both signing, retired but never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.errors import Conflict, Fatal, NotFound
from holdfast.evidence.log.checkpoint import Checkpoint, open_checkpoint
from holdfast.evidence.log.merkle import EMPTY_ROOT
from holdfast.evidence.log_keys import LogKeys

_ORIGIN = "bank.example/log"


@pytest.fixture
def keys(tmp_path: Path) -> LogKeys:
    """A log with its first key."""
    keys = LogKeys(tmp_path / "log", _ORIGIN)
    keys.create_first()
    return keys


def vkeys(keys: LogKeys) -> list[str]:
    """Who signs now."""
    return [signer.verifier.vkey for signer in keys.signers()]


def test_the_first_key_is_made_once(keys: LogKeys, tmp_path: Path) -> None:
    """Every later start finds the same, readable by its owner only."""
    before = vkeys(keys)
    keys.create_first()
    assert vkeys(LogKeys(tmp_path / "log", _ORIGIN)) == before
    assert [signer.name for signer in keys.signers()] == [_ORIGIN]
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "log" / "0001.ed25519").stat().st_mode & 0o777 == 0o600


def test_a_lost_key_is_not_replaced_by_a_new_one(keys: LogKeys, tmp_path: Path) -> None:
    """A new key that nothing vouches for would look like a forged log."""
    (tmp_path / "log" / "0001.ed25519").unlink()
    keys.create_first()
    with pytest.raises(Fatal, match="no key to sign the log with"):
        keys.signers()


@pytest.mark.parametrize("name", ["0001.ed25519.1a2b3c4d.new", ".backup", "README"])
def test_files_that_are_no_keys_are_in_nobody_s_way(tmp_path: Path, name: str) -> None:
    """Such as the draft that a crash left behind before the first key was in its place."""
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / name).write_bytes(b"x")
    keys = LogKeys(folder, _ORIGIN)
    keys.create_first()
    assert len(vkeys(keys)) == 1
    keys.prepare_next()
    assert (folder / "0002.waiting").exists()


def test_a_prepared_key_does_not_sign_yet(keys: LogKeys) -> None:
    """First the record that vouches for it, then the key."""
    before = vkeys(keys)
    following = keys.prepare_next().verifier.vkey
    assert vkeys(keys) == before
    assert keys.prepare_next().verifier.vkey == following
    keys.install_next()
    assert vkeys(keys) == [*before, following]


def test_during_a_rotation_both_keys_sign(keys: LogKeys) -> None:
    """Whoever knows either can verify."""
    keys.prepare_next()
    keys.install_next()
    old, new = (signer.verifier for signer in keys.signers())
    note = Checkpoint(_ORIGIN, 0, EMPTY_ROOT).signed(keys.signers())
    assert open_checkpoint(note, [old]) == open_checkpoint(note, [new])


def test_a_retired_key_signs_no_longer_and_stays(keys: LogKeys, tmp_path: Path) -> None:
    """A running sequencer notices; the number is not used again."""
    running = LogKeys(tmp_path / "log", _ORIGIN)
    old = vkeys(running)[0]
    keys.prepare_next()
    keys.install_next()
    keys.retire(old)
    assert vkeys(running) == vkeys(keys)
    assert old not in vkeys(running)
    assert (tmp_path / "log" / "0001.retired").exists()
    keys.prepare_next()
    assert (tmp_path / "log" / "0003.waiting").exists()


def test_the_only_key_cannot_be_retired(keys: LogKeys) -> None:
    """A log that nobody signs would stand still."""
    with pytest.raises(Conflict, match="rotate first"):
        keys.retire(vkeys(keys)[0])


def test_a_key_that_does_not_sign_cannot_be_retired(keys: LogKeys) -> None:
    """It is unknown, or waits still."""
    with pytest.raises(NotFound, match="no key that signs"):
        keys.retire(keys.prepare_next().verifier.vkey)


def test_nothing_waits_to_be_installed(keys: LogKeys) -> None:
    """An install without a key changes nothing."""
    before = vkeys(keys)
    keys.install_next()
    assert vkeys(keys) == before


def test_a_spoilt_key_file_is_fatal(keys: LogKeys, tmp_path: Path) -> None:
    """It is restored, not skipped: else the log would be signed by fewer keys than it says."""
    (tmp_path / "log" / "0002.ed25519").write_bytes(b"short")
    with pytest.raises(Fatal, match="does not hold a key"):
        keys.signers()


def test_a_folder_without_keys_is_fatal(tmp_path: Path) -> None:
    """A sequencer never makes a key by itself."""
    with pytest.raises(Fatal, match="no key to sign the log with"):
        LogKeys(tmp_path / "nowhere", _ORIGIN).signers()

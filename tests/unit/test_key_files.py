"""Key files: private, whole, never replaced by accident; and key-encryption keys that rotate."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from holdfast.errors import Fatal
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.key_files import create_key_file, read_key_file, replace_key_file
from holdfast.evidence.sealing import SubjectKey

KEY = SubjectKey("person-1", bytes(range(32)))


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Keys in a folder of the test's own."""
    keys = KeyEncryptionKeys(tmp_path / "keys" / "personal-data.kek")
    keys.create_first()
    return keys


def test_a_key_file_is_for_its_owner_only_and_is_kept(tmp_path: Path) -> None:
    """What exists is kept, and nothing else is left in the folder."""
    path = tmp_path / "keys" / "a.key"
    assert create_key_file(path, b"1" * 32)
    assert not create_key_file(path, b"2" * 32)
    assert read_key_file(path) == b"1" * 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["a.key"]
    replace_key_file(path, b"3" * 32)
    assert read_key_file(path) == b"3" * 32
    assert [file.name for file in path.parent.iterdir()] == ["a.key"]


def test_of_many_that_create_at_once_one_wins(tmp_path: Path) -> None:
    """Everybody goes on with the key of the one that wrote it."""
    path = tmp_path / "a.key"
    with ThreadPoolExecutor(8) as pool:
        wrote = list(pool.map(lambda n: create_key_file(path, bytes([n]) * 32), range(40)))
    assert wrote.count(True) == 1
    assert read_key_file(path) == bytes([wrote.index(True)]) * 32


@pytest.mark.parametrize("content", [None, b"", b"1" * 31, b"1" * 33])
def test_what_is_no_key_is_told(tmp_path: Path, content: bytes | None) -> None:
    """Missing, cut short, or too long: the message says what to do."""
    path = tmp_path / "a.key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Fatal, match=r"holdfast migrate|backup"):
        read_key_file(path)


def test_after_a_rotation_old_and_new_keys_unwrap(keyring: KeyEncryptionKeys) -> None:
    """A rotation loses nothing until the older file is destroyed, and is noticed by everybody."""
    before = keyring.wrap(KEY)
    keyring.rotate()
    after = keyring.wrap(KEY)
    assert before.kek != after.kek
    assert keyring.unwrap(before) == keyring.unwrap(after) == KEY
    (older,) = keyring.older_files()
    older.unlink()
    assert keyring.unwrap(after) == KEY
    with pytest.raises(Fatal, match="restore that key's file"):
        keyring.unwrap(before)


def test_a_rotation_that_broke_off_changes_nothing(keyring: KeyEncryptionKeys) -> None:
    """The copy is there, the new key is not: the next rotation goes on."""
    wrapped = keyring.wrap(KEY)
    keyring.rotate()
    (older,) = keyring.older_files()
    replace_key_file(older.with_name("personal-data.kek"), read_key_file(older))
    assert keyring.unwrap(wrapped) == KEY
    keyring.rotate()
    assert keyring.unwrap(wrapped) == KEY
    assert len(keyring.older_files()) == 1

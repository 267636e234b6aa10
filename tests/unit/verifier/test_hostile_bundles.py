"""What a stranger sends: refused with a reason, within bounds, without a traceback or a trace."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.evidence.bundle import verify_evidence
from holdfast.evidence.bundle.verify_evidence import Failure, main
from tests.evidence_bundles import Files, Plan, good_bundle, listed, verified, write_folder, zipped

GOOD = good_bundle(Plan(records=2))
ARCHIVE = zipped(GOOD)
Entry = tuple[zipfile.ZipInfo, bytes]


def archive(*entries: Entry, comment: bytes = b"") -> bytes:
    """An archive of exactly these members, in this order, whatever that breaks."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as members:
        for info, body in entries:
            members.writestr(info, body)
        members.comment = comment
    return content.getvalue()


def entry(name: str, body: bytes = b"", **attributes: object) -> Entry:
    """A member, with what is odd about it."""
    info = zipfile.ZipInfo(name)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info, body


def refused(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a bundle that cannot be read; nothing appears beside it."""
    before = sorted(path.parent.rglob("*"))
    assert main([str(path), "--json"]) == Failure.UNREADABLE
    assert sorted(path.parent.rglob("*")) == before
    printed = capsys.readouterr().out
    said = " / ".join(fault["what"] for fault in json.loads(printed)["fails"])
    assert printed.isascii()
    assert "this verifier failed" not in said
    return said


def patched(old: bytes, new: bytes, count: int = -1) -> bytes:
    """The good archive, with bytes exchanged."""
    assert old in ARCHIVE
    return ARCHIVE.replace(old, new, count)


def claiming(size: int) -> bytes:
    """An archive whose directory claims a size for its member."""
    content = bytearray(archive(entry("bundle.json", b"{}")))
    struct.pack_into("<2L", content, content.index(b"PK\1\2") + 20, size, size)
    return bytes(content)


_LINK = 0o120777 << 16

ARCHIVES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no ZIP archive"),
    "no archive": (b"%PDF-1.7" * 100, "no ZIP archive"),
    "cut off": (ARCHIVE[:-30], "no ZIP archive"),
    "cut in front": (ARCHIVE[10:], "damaged, or something is hidden"),
    "more in front": (b"#!/bin/sh\n" + ARCHIVE, "damaged, or something is hidden"),
    "more behind": (ARCHIVE + b"more", "no ZIP archive"),
    "comment": (archive(entry("bundle.json"), comment=b"x"), "no ZIP archive"),
    "foreign": (archive(entry("word/document.xml")), "no bundle.json"),
    "no members": (archive(), "no bundle.json"),
    "compressed": (
        archive(entry("bundle.json", b"0" * 10_000, compress_type=zipfile.ZIP_DEFLATED)),
        "'bundle.json' is compressed or encrypted",
    ),
    "encrypted": (
        patched(b"PK\1\2\x14\x03\x14\x00\x00", b"PK\1\2\x14\x03\x14\x00\x01"),
        "is compressed or encrypted",
    ),
    "of today": (archive(entry("bundle.json", date_time=(2026, 3, 4, 0, 0, 0))), "1980-01-01"),
    "with a member's comment": (archive(entry("bundle.json", comment=b"x")), "more to it"),
    "with a member's extra": (archive(entry("bundle.json", extra=b"\1\0\0\0")), "more to it"),
    "link": (archive(entry("bundle.json", b"/etc/passwd", external_attr=_LINK)), "is a link"),
    "folder": (archive(entry("records/", external_attr=0o40755 << 16)), "is a link or a special"),
    "out of order": (archive(entry("policy"), entry("bundle.json")), "out of its place"),
    "absolute": (archive(entry("/etc/passwd")), "leads elsewhere"),
    "upwards": (archive(entry("../../etc/passwd")), "an empty or a relative part"),
    "upwards inside": (archive(entry("records/../bundle.json")), "an empty or a relative part"),
    "dot": (archive(entry("./bundle.json")), "an empty or a relative part"),
    "empty name": (archive(entry("")), "out of its place"),
    "drive": (archive(entry("C:bundle.json")), "leads elsewhere"),
    "backslash": (archive(entry("records\\000000.json")), "leads elsewhere"),
    "NUL": (
        archive(entry("bundle.jsonX")).replace(b"bundle.jsonX", b"bundle.json\0"),
        "not plain ASCII",
    ),
    "escape": (
        archive(entry("bundle.jsonX")).replace(b"bundle.jsonX", b"bundle.json\x1b"),
        "not plain ASCII",
    ),
    "not ASCII": (archive(entry("b\u00fcndle.json")), "not plain ASCII"),
    "long": (archive(entry("a" * 101)), "too long"),
    "two spellings": (archive(entry("Bundle.json"), entry("bundle.json")), "two spellings"),
    "less than it claims": (claiming(1_000), "hidden"),
    "far less": (claiming(2**32 - 1), "hidden"),
    "another checksum": (patched(GOOD["policy"], b"x" * len(GOOD["policy"])), "is damaged"),
    "directory elsewhere": (patched(b"PK\1\2", b"PK\1\3", 1), "directory is damaged"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its reason, and before anything in it is believed."""
    content, words = ARCHIVES[name]
    (tmp_path / "bundle.zip").write_bytes(content)
    assert words in refused(tmp_path / "bundle.zip", capsys)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two readers could each take another one of them."""
    content = archive(entry("bundle.json", b"{}"), entry("bundle.json", b"[]"))
    (tmp_path / "bundle.zip").write_bytes(content)
    assert "there twice" in refused(tmp_path / "bundle.zip", capsys)


def test_members_that_share_bytes_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The archive that unfolds into more than it holds needs them to overlap."""
    content = bytearray(archive(entry("a", b"x" * 100), entry("b", b"x" * 100)))
    second = content.index(b"PK\1\2", content.index(b"PK\1\2") + 1)
    struct.pack_into("<L", content, second + 42, 0)
    (tmp_path / "bundle.zip").write_bytes(content)
    assert "out of its place" in refused(tmp_path / "bundle.zip", capsys)


def test_a_member_whose_own_header_says_something_else_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readers that take one header and readers that take the other must see the same."""
    at = ARCHIVE.index(b"PK\3\4", 1)
    (tmp_path / "bundle.zip").write_bytes(ARCHIVE[: at + 10] + b"\1" + ARCHIVE[at + 11 :])
    assert "is not what the directory says" in refused(tmp_path / "bundle.zip", capsys)


def test_a_streamed_archive_is_read(tmp_path: Path) -> None:
    """Whoever cannot go back writes sizes and checksums behind the content."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.content = b""

        def writable(self) -> bool:
            return True

        def write(self, more: object) -> int:
            self.content += bytes(more)  # type: ignore[call-overload]  # what zipfile hands over
            return len(more)  # type: ignore[arg-type]  # as above

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as members:
        for name in sorted(GOOD):
            members.writestr(zipfile.ZipInfo(name), GOOD[name])
    (tmp_path / "bundle.zip").write_bytes(pipe.content)
    assert main([str(tmp_path / "bundle.zip")]) == 0


def linked(folder: Path) -> None:
    """A link to a file that is there."""
    (folder / "README.txt").unlink()
    (folder / "README.txt").symlink_to(folder / "policy")


def linked_folder(folder: Path) -> None:
    """A link to a folder."""
    (folder / "timestamps").symlink_to(folder / "records")


def piped(folder: Path) -> None:
    """A pipe, which nobody writes into."""
    os.mkfifo(folder / "timeline.pdf")


def nested(folder: Path) -> None:
    """A folder in a folder."""
    (folder / "records" / "records").mkdir()


def odd_name(folder: Path) -> None:
    """A name that would write over the terminal."""
    (folder / "records" / "\x1b[2J").write_bytes(b"")


def no_unicode_name(folder: Path) -> None:
    """A name that is no text at all."""
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff")).write_bytes(b"")


def sparse(folder: Path) -> None:
    """A file that claims a size."""
    with (folder / "index.html").open("wb") as file:
        file.truncate(verify_evidence.MEMBER_BYTES + 1)


def emptied(folder: Path) -> None:
    """No bundle at all."""
    for file in folder.rglob("*.*"):
        file.unlink()


FOLDERS: dict[str, tuple[Callable[[Path], None], str]] = {
    "link": (linked, "'README.txt' is a link"),
    "linked folder": (linked_folder, "'timestamps' is a link"),
    "pipe": (piped, "'timeline.pdf' is a link, a special file"),
    "nested": (nested, "an unexpected folder"),
    "odd name": (odd_name, "not plain ASCII"),
    "no Unicode": (no_unicode_name, "not plain ASCII"),
    "large": (sparse, "over 67108864 bytes"),
    "empty": (emptied, "no bundle.json"),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_hostile_folder_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its reason."""
    change, words = FOLDERS[name]
    change(write_folder(GOOD, tmp_path / "bundle"))
    assert words in refused(tmp_path / "bundle", capsys)


NO_JSON = {
    "nothing": b"",
    "no JSON": b"{",
    "two members of a name": b'{"v":1,"v":1}',
    "NaN": b'{"v":NaN}',
    "huge": b'{"v":' + b"9" * 100_000 + b"}",
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "no UTF-8": b'{"v":"\xff"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "surrogate": b'{"v":"\\udc00"}',
    "spaces": b'{ "v": 1 }',
    "text": b'"text"',
    "null": b"null",
}
JSON_FILES = [name for name in GOOD if name.endswith(".json") and "/" not in name]


@pytest.mark.parametrize("content", NO_JSON)
@pytest.mark.parametrize("name", JSON_FILES)
def test_what_is_no_json_is_refused(name: str, content: str) -> None:
    """In each file that has to be read to know what the bundle is."""
    files: Files = {**GOOD, name: NO_JSON[content]}
    report = verified(files if name == "files.json" else listed(files))
    assert report.exit_code == Failure.UNREADABLE
    assert any(kind is Failure.UNREADABLE and name in said for kind, said in report.fails)

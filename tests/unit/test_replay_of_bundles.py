"""`holdfast replay --bundle`: what comes from anywhere is read safely, and told in words."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from copy import copy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from holdfast.cli import main as command_line
from holdfast.domain.events import EventKind
from holdfast.domain.policies import SEVERITY_TREE
from holdfast.domain.replay.judgements import JUDGED
from holdfast.errors import InvalidInput
from holdfast.evidence.entry import entry_bytes
from holdfast.evidence.replay_input import read_bundle
from tests.judged_walks import CONTENTS, WALKS
from tests.rulebook import POLICIES

WALK = WALKS["to the end"]
INCIDENT = WALK.state.incident_id
COUNT = sum(kind in JUDGED for kind in WALK.kinds())


def bundle(folder: Path) -> Path:
    """The bundle of the walk, as far as replay reads it."""
    for name in ("records", "leaves", "artifacts"):
        (folder / name).mkdir(parents=True)
    for number, entry in enumerate(WALK.entries()):
        (folder / "records" / f"{number:06d}.json").write_bytes(entry_bytes(entry))
        (folder / "leaves" / f"{number:06d}.json").write_text(json.dumps({"record": entry.id}))
    for digest, content in CONTENTS.items():
        (folder / "artifacts" / digest.removeprefix("sha256:")).write_text(content)
    manifest = {"format": "holdfast-bundle", "v": 1, "incident": INCIDENT}
    (folder / "bundle.json").write_text(json.dumps({**manifest, "count": len(WALK.events)}))
    return folder


def archive(folder: Path, compression: int = zipfile.ZIP_STORED) -> Path:
    """The same as one ZIP archive."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", compression) as file:
        for member in sorted(folder.rglob("*")):
            if member.is_file():
                file.write(member, member.relative_to(folder).as_posix())
    return path


def record(folder: Path, kind: EventKind) -> Path:
    """The first record of that kind."""
    return folder / "records" / f"{WALK.kinds().index(kind):06d}.json"


def replayed(path: Path) -> tuple[int, str]:
    """The exit code and the words of the command."""
    result = CliRunner().invoke(command_line.app, ["replay", "--bundle", str(path)])
    return result.exit_code, " ".join(result.stdout.split())


@pytest.mark.parametrize("form", [lambda folder: folder, archive], ids=["folder", "archive"])
def test_a_bundle_replays_to_the_same(tmp_path: Path, form: Callable[[Path], Path]) -> None:
    """Exit code 0, and every judgement in the table."""
    code, words = replayed(form(bundle(tmp_path / "bundle")))
    assert code == 0
    assert (
        f"{COUNT} judgements in {len(WALK.events)} entries; {COUNT} same, 0 different, 0 not"
        in words
    )
    assert "Every judgement comes out byte for byte as it was recorded." in words


def test_a_changed_record_is_told_with_both_values(tmp_path: Path) -> None:
    """Exit code 1, the entry, what was recorded and what the rules give."""
    folder = bundle(tmp_path / "bundle")
    path = record(folder, EventKind.ESCALATION_TRIGGERED)
    path.write_text(path.read_text().replace("A payment service is affected.", "[red]None.[/red]"))
    code, words = replayed(folder)
    assert code == 1
    assert "the rules give another because" in words
    assert 'recorded "[red]None.[/red]", judged again "A payment service is affected."' in words
    assert f"{COUNT - 2} same, 2 different" in words  # the question that quotes it differs too


@pytest.mark.parametrize("with_leaf", [True, False])
def test_a_withheld_record_is_named_and_what_rests_on_it_counted(
    tmp_path: Path,
    with_leaf: bool,  # noqa: FBT001 - a case
) -> None:
    """Exit code 0: nothing came out differently, and what could not be judged is said."""
    folder = bundle(tmp_path / "bundle")
    path = record(folder, EventKind.CHECK_RECORDED)
    path.unlink()
    if not with_leaf:
        (folder / "leaves" / path.name).unlink()
    code, words = replayed(folder)
    name = f"incident/{INCIDENT}#{int(path.stem)}" if with_leaf else f"record-{path.stem}"
    assert code == 0
    assert f"{name} is withheld; it may have changed the recovery checks" in words
    assert "0 different, 0 not replayable" not in words
    assert "Of those that are not replayable, this says nothing." in words


def test_a_policy_that_is_withheld_is_said_to_be_missing(tmp_path: Path) -> None:
    """Its digest says which one."""
    folder = bundle(tmp_path / "bundle")
    pin = POLICIES[SEVERITY_TREE].pin
    (folder / "artifacts" / pin.digest.removeprefix("sha256:")).unlink()
    code, words = replayed(folder)
    assert code == 0
    assert f"policy {SEVERITY_TREE} {pin.version} ({pin.digest}) is not at hand" in words


def _edit(name: str, content: bytes) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return edit


def _other_policy(folder: Path) -> None:
    digest = POLICIES[SEVERITY_TREE].pin.digest.removeprefix("sha256:")
    path = folder / "artifacts" / digest
    path.write_text(path.read_text().replace("SEV2", "SEV3"))


def _link(folder: Path) -> None:
    path = folder / "records" / "000003.json"
    path.unlink()
    path.symlink_to("/etc/passwd")


def _linked_folder(folder: Path) -> None:
    (folder / "leaves").rename(folder.parent / "elsewhere")
    (folder / "leaves").symlink_to(folder.parent / "elsewhere")


def _huge(folder: Path) -> None:
    with (folder / "records" / "000003.json").open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)


def _copied_record(folder: Path) -> None:
    records = folder / "records"
    (records / "000003.json").write_bytes((records / "000004.json").read_bytes())


def _of_another_incident(folder: Path) -> None:
    path = folder / "records" / "000003.json"
    path.write_text(path.read_text().replace(f'"incident":"{INCIDENT}"', '"incident":"INC-1"'))


_MANIFEST = {"format": "holdfast-bundle", "v": 1, "incident": INCIDENT, "count": 52}

_BROKEN: dict[str, Callable[[Path], None]] = {
    "no manifest": lambda folder: (folder / "bundle.json").unlink(),
    "another version": _edit("bundle.json", json.dumps({**_MANIFEST, "v": 2}).encode()),
    "no count": _edit("bundle.json", json.dumps({**_MANIFEST, "count": 10**9}).encode()),
    "too few counted": _edit("bundle.json", json.dumps({**_MANIFEST, "count": 51}).encode()),
    "manifest is no object": _edit("bundle.json", b"[" * 100_000),
    "no record": _edit("records/000003.json", b"{}"),
    "record is a list": _edit("records/000003.json", b"[]"),
    "record too deep": _edit("records/000003.json", b'{"payload":' + b"[" * 200_000),
    "record no text": _edit("records/000003.json", b"\xff\xfe\x00"),
    "record of another name": _edit("records/notes.json", b"{}"),
    "record number twice": _edit("records/3.json", b"{}"),
    "record copied": _copied_record,
    "record of another incident": _of_another_incident,
    "policy changed": _other_policy,
    "link": _link,
    "linked folder": _linked_folder,
    "too large": _huge,
}


@pytest.mark.parametrize("break_it", _BROKEN.values(), ids=_BROKEN.keys())
def test_what_is_no_bundle_is_refused(
    tmp_path: Path, break_it: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, and one sentence."""
    folder = bundle(tmp_path / "bundle")
    break_it(folder)
    monkeypatch.setattr(sys, "argv", ["holdfast", "replay", "--bundle", str(folder)])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 2


def test_a_leaf_that_is_none_is_refused(tmp_path: Path) -> None:
    """It is only read where the record is withheld."""
    folder = bundle(tmp_path / "bundle")
    (folder / "records" / "000003.json").unlink()
    (folder / "leaves" / "000003.json").write_text('{"record": "\\u001b[2J"}')
    with pytest.raises(InvalidInput, match="no leaf"):
        read_bundle(folder)


def test_a_compressed_archive_is_refused(tmp_path: Path) -> None:
    """Nothing is ever decompressed, so nothing can grow."""
    path = archive(bundle(tmp_path / "bundle"), zipfile.ZIP_DEFLATED)
    with pytest.raises(InvalidInput, match="compressed"):
        read_bundle(path)


@pytest.mark.parametrize("name", ["../x", "/x", "records/../../x", "records//x", "c:x", "a\\b"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    """Though nothing is ever written."""
    path = archive(bundle(tmp_path / "bundle"))
    member = zipfile.ZipInfo("placeholder")
    member.filename = name
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(member, b"x")
    with pytest.raises(InvalidInput, match="leads out"):
        read_bundle(path)


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Readers would differ about which one counts."""
    path = archive(bundle(tmp_path / "bundle"))
    with zipfile.ZipFile(path, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("bundle.json", b"{}")
    with pytest.raises(InvalidInput, match="same name"):
        read_bundle(path)


def test_members_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    """A small archive cannot stand for much content."""
    path = archive(bundle(tmp_path / "bundle"))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("large", bytes(1_000_000))
        for number in range(3):
            twin = copy(file.getinfo("large"))
            twin.filename = twin.orig_filename = f"large-{number}"
            file.filelist.append(twin)
    with pytest.raises(InvalidInput, match="larger than the archive"):
        read_bundle(path)


@pytest.fixture(scope="module")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of an archive."""
    return archive(bundle(tmp_path_factory.mktemp("bundles") / "bundle")).read_bytes()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_archive_is_read_or_refused(
    tmp_path: Path, small_archive: bytes, data: st.DataObject
) -> None:
    """No other error comes out, whichever bytes have changed."""
    damaged = bytearray(small_archive)
    tail = len(damaged) - 12_000  # the directory of the archive, where most of its form is
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(damaged) - 1) | st.integers(tail, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.zip"
    path.write_bytes(damaged[: data.draw(st.just(len(damaged)) | st.integers(0, len(damaged)))])
    try:
        assert read_bundle(path).incident
    except InvalidInput as refused:
        assert refused.message  # noqa: PT017 - either end is right, any other error is not


@pytest.mark.parametrize(
    "arguments",
    [[], ["INC-1", "--bundle", "x"], ["--bundle", "no-such-file"], ["--bundle", __file__]],
    ids=["neither", "both", "missing", "no archive"],
)
def test_a_wrong_call_is_refused_in_one_sentence(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2."""
    monkeypatch.setattr(sys, "argv", ["holdfast", "replay", *arguments])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("holdfast: ")

"""Folders for authorities: files whole or not at all, of the same key always the same."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.channels import AnswerOutcome
from holdfast.channels.authorities.drills import DivertedAuthority
from holdfast.domain.reporting.documents import DocumentFormat
from tests.authority_ways import REPORT, a_document, a_submission, sent, the_way

NAME = "INC-2026-000001-reporting-1-report-1-initial-"
TAKEN, REFUSED = AnswerOutcome.TAKEN, AnswerOutcome.REFUSED
NOT_NOW = AnswerOutcome.NOT_NOW


def files(folder: Path) -> dict[str, bytes]:
    """All files in a folder, by name."""
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as a disk that is full does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_repeat_is_the_same_file_and_another_key_another(tmp_path: Path) -> None:
    """What was left there once is not written again."""
    way = the_way(tmp_path, {"kind": "folder"})
    folder = tmp_path / "authorities" / "bafin"
    first = await sent(way)
    written = {path: path.stat().st_ino for path in folder.iterdir()}
    repeat = await sent(way, again=True)

    assert (first.outcome, repeat.outcome) == (TAKEN, TAKEN)
    assert {path: path.stat().st_ino for path in folder.iterdir()} == written
    assert list(files(folder).values()) == [REPORT]
    assert next(iter(files(folder))).startswith(NAME)
    assert await sent(way, key="another") != first
    assert len(files(folder)) == 2


async def test_each_format_is_a_file_and_only_we_can_read_it(tmp_path: Path) -> None:
    """By the pattern of the configuration, in the folder of the configuration."""
    pattern = "{authority}_{chain}_{kind}.{extension}"
    configured = {
        "kind": "folder",
        "folder": str(tmp_path / "own"),
        "formats": ["json", "csv"],
        "file_name": pattern,
    }
    way = the_way(tmp_path, configured)
    answer = await sent(way, a_document(), a_document(DocumentFormat.CSV, b"a;b"))

    assert answer.said == (
        b'{"kept_as":["bafin_INC-2026-000001_initial.json","bafin_INC-2026-000001_initial.csv"]}'
    )
    assert files(tmp_path / "own") == {
        "bafin_INC-2026-000001_initial.json": REPORT,
        "bafin_INC-2026-000001_initial.csv": b"a;b",
    }
    assert {each.stat().st_mode & 0o777 for each in (tmp_path / "own").iterdir()} == {0o600}


async def test_another_file_of_that_name_is_never_replaced(tmp_path: Path) -> None:
    """A pattern without the reference names two versions alike."""
    way = the_way(tmp_path, {"kind": "folder", "file_name": "{chain}.{extension}"})
    await sent(way)
    answer = await sent(way, a_document(content=b"{}"), key="another")

    assert (answer.outcome, answer.because) == (
        REFUSED,
        "another file named INC-2026-000001.json is there: it is not replaced",
    )
    assert files(tmp_path / "authorities" / "bafin") == {"INC-2026-000001.json": REPORT}


async def test_a_disk_without_room_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    """No half of a file is ever there."""
    way = the_way(tmp_path, {"kind": "folder"})
    large = a_document(content=b"1" * 100_000)
    with no_room_beyond(50_000):
        full = await sent(way, large)
    left = files(tmp_path / "authorities" / "bafin")
    again = await sent(way, large)

    assert (full.outcome, left, again.outcome) == (NOT_NOW, {}, TAKEN)
    assert "cannot be written: File too large" in str(full.because)


async def test_a_folder_that_cannot_be_written_is_not_now(tmp_path: Path) -> None:
    """Such as on a disk that is not mounted, or mounted for reading only."""
    way = the_way(tmp_path, {"kind": "folder", "folder": "/proc/holdfast"})
    answer = await sent(way)

    assert answer.outcome is NOT_NOW
    assert str(answer.because).startswith("the folder /proc/holdfast cannot be written: ")


async def test_a_file_that_is_against_the_schema_is_refused_by_place_and_rule(
    tmp_path: Path,
) -> None:
    """Before it leaves, and without repeating whose name was too long."""
    schema = tmp_path / "schema.json"
    schema.write_text('{"properties": {"contact": {"maxLength": 3}, "count": {"type": "string"}}}')
    way = the_way(tmp_path, {"kind": "folder", "schema_file": str(schema)})
    named = way.named(a_submission(), [a_document(), a_document(DocumentFormat.PDF, b"%PDF")])

    assert way.refusal(named) == (
        "against the schema: contact: has more than 3 characters; count: is not of the type string"
    )
    assert (
        way.refusal(way.named(a_submission(), [a_document(content=b'{"contact": "Ada"}')])) is None
    )
    assert way.refusal(way.named(a_submission(), [a_document(content=b"no")])) == (
        "against the schema: the document is no JSON"
    )


@pytest.mark.parametrize(
    ("kind", "looked_at"),
    [("final", True), ("reclassification", True), ("delay_notice", False), ("threat", False)],
)
def test_only_what_the_schema_has_a_form_for_is_held_against_it(
    tmp_path: Path, kind: str, *, looked_at: bool
) -> None:
    """The authorities' JSON of reports knows no delay notice and no cyber threat."""
    schema = tmp_path / "schema.json"
    schema.write_text('{"required": ["more"]}')
    way = the_way(tmp_path, {"kind": "folder", "schema_file": str(schema)})
    named = way.named(replace(a_submission(), kind=kind), [a_document()])

    assert (way.refusal(named) is not None) is looked_at


async def test_a_schema_is_never_fetched(tmp_path: Path) -> None:
    """One that refers to the network refuses, and does not ask anybody."""
    schema = tmp_path / "schema.json"
    schema.write_text('{"$ref": "http://127.0.0.1:9/schema.json"}')
    way = the_way(tmp_path, {"kind": "folder", "schema_file": str(schema)})

    assert way.refusal(way.named(a_submission(), [a_document()])) == (
        f"against the schema: the schema {schema} refers to another one, which is not fetched"
    )


async def test_a_drill_goes_into_its_own_folder_with_a_note(tmp_path: Path) -> None:
    """Whatever the way of the authority would be; the names say that it is a drill."""
    real = the_way(tmp_path, {"kind": "https", "url": "https://portal.example/", "title": "BaFin"})
    answer = await sent(DivertedAuthority(real, tmp_path / "drills"))

    kept = files(tmp_path / "drills" / "authorities" / "bafin")
    note = kept.pop("THIS-IS-A-DRILL.txt").decode()
    assert answer.outcome is TAKEN
    assert note == "These files belong to drills. Nothing of them has gone to BaFin.\n"
    assert [name.startswith(f"DRILL-{NAME}") for name in kept] == [True]
    assert list(kept.values()) == [REPORT]

"""What only the log's own operator can do wrong: every hash and every signature fits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from holdfast.domain.values import JsonValue, canonical_json
from holdfast.evidence.bundle.verify_evidence import Failure
from tests.evidence_bundles import Plan, changed, good_bundle, verified
from tests.log_in_memory import INCIDENT, Edit

RECORDS = 6
SEALED = {"about": "a", "key": "key-1", "nonce": "A" * 16, "ciphertext": "A" * 24}


def appended(tail: bytes) -> Edit:
    """An edit that puts bytes before the closing brace."""
    return lambda body: body[:-1] + tail + b"}"


def payload(**members: JsonValue) -> Edit:
    """An edit of the payload of a record."""

    def edit(body: bytes) -> bytes:
        document = json.loads(body)
        return canonical_json({**document, "payload": {**document["payload"], **members}})

    return edit


DEEP = b',"x":' + b"[" * 50_000 + b"]" * 50_000

RECORD_EDITS: dict[str, tuple[Edit, Failure, str]] = {
    "version": (changed(v=2), Failure.VERSION, "of version '2'"),
    "version true": (changed(v=True), Failure.VERSION, "of version 'True'"),
    "no version": (lambda body: body.replace(b',"v":1', b""), Failure.INTEGRITY, "'v' is missing"),
    "member more": (changed(more=1), Failure.INTEGRITY, "'more' is unknown"),
    "another id": (
        changed(id="incident/x#3", workflow="incident/x"),
        Failure.INTEGRITY,
        "names anot",
    ),
    "id not of its writer": (changed(sequence=4), Failure.INTEGRITY, "not its writer and number"),
    "another incident": (changed(incident="INC-1"), Failure.INTEGRITY, "another incident"),
    "kind": (changed(kind="nonsense"), Failure.INTEGRITY, "'kind' is not of the form"),
    "not canonical": (lambda body: body + b"\n", Failure.INTEGRITY, "canonical form"),
    "two members of a name": (appended(b',"v":1'), Failure.INTEGRITY, "two members of one name"),
    "NaN": (appended(b',"x":NaN'), Failure.INTEGRITY, "a number is not an integer"),
    "float": (appended(b',"x":1.0'), Failure.INTEGRITY, "a number is not an integer"),
    "large": (appended(b',"x":9007199254740992'), Failure.INTEGRITY, "beyond 2"),
    "huge": (appended(b',"x":' + b"9" * 100_000), Failure.INTEGRITY, "beyond 2"),
    "deep": (appended(DEEP), Failure.INTEGRITY, "nested too deeply"),
    "surrogate": (appended(b',"x":"\\ud800"'), Failure.INTEGRITY, "lone surrogate"),
    "control": (appended(b',"x":"\\u0000"'), Failure.INTEGRITY, "canonical form"),
    "no UTF-8": (appended(b',"x":"\xff"'), Failure.INTEGRITY, "not UTF-8"),
    "key": (appended(',"ä":1'.encode()), Failure.INTEGRITY, "name is not ASCII"),
    "array": (lambda _: b"[]", Failure.INTEGRITY, "no JSON object"),
    "empty": (lambda _: b"", Failure.INTEGRITY, "no JSON"),
    "sealed nothing": (changed(sealed={}), Failure.INTEGRITY, "'sealed' names no field"),
    "sealed in clear": (changed(sealed={"name": "Kim"}), Failure.INTEGRITY, "no JSON object"),
    "sealed shortly": (
        changed(sealed={"name": {**SEALED, "nonce": "AAAA"}}),
        Failure.INTEGRITY,
        "'name' is no AES",
    ),
    "sealed elsewhere": (payload(name=SEALED), Failure.INTEGRITY, "outside of 'sealed'"),
    "unknown policy": (
        changed(policy={"name": "p", "version": "1", "digest": f"sha256:{'a' * 64}"}),
        Failure.COMPLETENESS,
        "that it names is not in artifacts.json",
    ),
}


@pytest.mark.parametrize("edit", RECORD_EDITS)
def test_a_record_that_should_never_have_been_written_is_found(edit: str) -> None:
    """By its number, with the class and the reason."""
    change, failure, words = RECORD_EDITS[edit]
    report = verified(good_bundle(Plan(records=RECORDS, record_edits={3: change})))
    assert report.exit_code == failure, report.fails
    assert [kind for kind, _ in report.fails] == [failure]
    assert re.search(rf"^record 3 \(incident/{INCIDENT}#3.*{words}", report.fails[0][1])


LEAF_EDITS: dict[str, tuple[Edit, Failure, str]] = {
    "version": (changed(v=2), Failure.VERSION, "its leaf: it is of version '2'"),
    "kind": (changed(kind="other"), Failure.INTEGRITY, "its leaf: member 'kind'"),
    "member more": (changed(more=1), Failure.INTEGRITY, "its leaf: member 'more' is unknown"),
    "not canonical": (lambda leaf: leaf + b" ", Failure.INTEGRITY, "its leaf: it is not JSON in"),
    "place": (changed(index=0), Failure.INTEGRITY, "its proof is for another place"),
    "record": (changed(record="incident/x#3"), Failure.INTEGRITY, "its leaf names another record"),
    "incident": (changed(incident="INC-1"), Failure.INTEGRITY, "it belongs to 'INC-1'"),
    "number": (changed(incident_seq=9), Failure.COMPLETENESS, "it is number 9 of the incident"),
    "before": (changed(incident_prev="0" * 64), Failure.COMPLETENESS, "does not follow record 2"),
    "none before": (changed(incident_prev=None), Failure.COMPLETENESS, "does not follow record 2"),
    "too large": (changed(at="x" * 70_000), Failure.INTEGRITY, "its leaf: it is too large"),
}


@pytest.mark.parametrize("edit", LEAF_EDITS)
def test_a_leaf_that_should_never_have_been_sequenced_is_found(edit: str) -> None:
    """By its number, with the class and the reason."""
    change, failure, words = LEAF_EDITS[edit]
    report = verified(good_bundle(Plan(records=RECORDS, leaf_edits={3: change})))
    assert report.exit_code == failure, report.fails
    assert any(said.startswith("record 3 (") and words in said for _, said in report.fails)


MANIFESTS: dict[str, tuple[Mapping[str, JsonValue], str]] = {
    "counts less": ({"count": RECORDS - 1}, "it counts 5 record(s) before it, and 6 are here"),
    "counts more": ({"count": RECORDS + 1}, "it counts 7 record(s) before it, and 6 are here"),
    "another last leaf": ({"last_leaf": "0" * 64}, "is not the one that it names"),
    "no last leaf": ({"last_leaf": None}, "is not the one that it names"),
    "a size before": ({"as_of_size": 3}, "it counts 6 record(s) before it, and 1 are here"),
    "a size after": ({"as_of_size": 1_000}, "after its own place in the log"),
    "no count": ({"count": None}, "member 'count'"),
}


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_a_manifest_that_counts_wrongly_closes_nothing(manifest: str) -> None:
    """It must say what is in the log before it."""
    members, words = MANIFESTS[manifest]
    plan = Plan(records=RECORDS, record_edits={RECORDS: payload(**members)})
    report = verified(good_bundle(plan))
    assert [kind for kind, _ in report.fails] == [Failure.COMPLETENESS]
    assert words in report.fails[0][1]


def test_records_that_came_in_while_the_manifest_was_made_are_part_of_the_bundle() -> None:
    """The manifest counts what was there at its size; the chain itself covers the rest."""
    files = good_bundle(Plan(records=RECORDS))
    last = json.loads(files["leaves/000005.json"])
    before = last["incident_prev"]
    said = payload(count=RECORDS - 1, last_leaf=before, as_of_size=last["index"])
    report = verified(good_bundle(Plan(records=RECORDS, record_edits={RECORDS: said})))
    assert report.fails == []

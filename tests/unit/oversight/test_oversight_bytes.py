"""The bytes of an oversight file: made of the entries alone, and the same for the same entries."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from holdfast.domain.events import EventKind
from holdfast.errors import NotFound
from holdfast.evidence.entry import entry_bytes, entry_from_bytes
from holdfast.evidence.oversight.building import oversight_file
from holdfast.evidence.oversight.chain import is_needed
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.page import oversight_page
from tests.told_escalations import told_entries, told_file

IDS = {entry.id for entry in told_entries()}


def entries_in(value: Any) -> set[str]:  # noqa: ANN401 - any part of a document
    """All ids of entries that stand in a document."""
    if isinstance(value, dict):
        return set().union(*map(entries_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(entries_in, value))
    return {value} if value in IDS else set()


def parts_without_an_entry(value: Any, path: str = "$") -> list[str]:  # noqa: ANN401 - as above
    """The lists of a document in which something stands on no entry."""
    found = []
    for name, member in value.items():
        if isinstance(member, list) and member and isinstance(member[0], dict):
            found += [
                f"{path}.{name}"
                for each in member
                if name not in _OF_THE_HEAD and not entries_in(each)
            ]
    return found


_OF_THE_HEAD = frozenset({"functions"})
"""They stand on the entry of the terms."""


def test_the_same_entries_give_the_same_bytes_in_any_order() -> None:
    """Read back from their bytes, and shuffled."""
    shuffled = [entry_from_bytes(entry_bytes(entry)) for entry in told_entries()]
    Random(7).shuffle(shuffled)  # noqa: S311 - any order will do
    again = oversight_file(shuffled, 1)
    assert again.content == told_file().content
    assert again.digest == told_file().digest


def test_what_else_happens_in_the_incident_changes_nothing() -> None:
    """The file stands on those entries alone that it names."""
    file = told_file()
    only = [entry for entry in told_entries() if entry.id in set(file.entries)]
    assert len(only) < len(told_entries())
    assert oversight_file(only, 1) == file


def test_everything_in_it_names_its_entry() -> None:
    """Each thing of each list, and no entry that is not here."""
    document = json.loads(told_file().content)
    assert parts_without_an_entry(document) == []
    assert entries_in(document) - set(document["entries"]) == set()
    assert set(document["entries"]) <= IDS
    for single in ("invoked", "hold", "closed"):
        assert document[single]["entry"] in IDS


def test_it_is_read_back_as_it_was_written() -> None:
    """The document is closed: what has no place in it is refused."""
    content = told_file().content
    assert OversightFile.model_validate_json(content).content == content
    with pytest.raises(ValueError, match="Extra inputs"):
        OversightFile.model_validate({**json.loads(content), "telephone": "+49"})


def test_the_store_reads_all_that_it_needs() -> None:
    """What is not needed by kind or id changes no byte."""
    needed = [entry for entry in told_entries() if is_needed(entry.event.kind, entry.id)]
    assert len(needed) < len(told_entries())
    assert oversight_file(needed, 1) == told_file()


@pytest.mark.parametrize("kind", sorted({entry.event.kind for entry in told_entries()}))
def test_without_the_records_of_one_kind_the_rest_is_told(kind: EventKind) -> None:
    """As in a bundle from which they were left out; the page stands too."""
    left = [entry for entry in told_entries() if entry.event.kind is not kind]
    file = oversight_file(left, 1)
    assert file.contract == told_file().contract
    assert "</html>" in oversight_page(file)


def test_with_nothing_but_clocks_the_times_are_told() -> None:
    """Even then nothing is made up."""
    clocks = [entry for entry in told_entries() if entry.event.kind.startswith("clock.")]
    file = oversight_file(clocks, 1)
    assert (file.contract, file.provider, file.critical, file.calls) == (None, None, None, ())
    assert len(file.times) == len(told_file().times)
    assert "A provider" in oversight_page(file)
    with pytest.raises(NotFound):
        oversight_file([], 1)

"""Policies that are refused, each with file, line and reason, before anything is taken of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.domain.trial.candidates import SCOPES
from holdfast.errors import InvalidInput
from holdfast.settings import Settings
from holdfast.store.policies import load_candidate, load_named_policy, load_policy_folder
from holdfast.store.policy_documents import check_policy, parse_policy_text, read_policy_document
from holdfast.store.policy_faults import InvalidPolicy
from holdfast.store.policy_kinds import INCIDENT_POLICIES, POLICY_KINDS, TRIED_KINDS

FOLDER = Settings().policies_folder


def text_of(name: str) -> str:
    """The document of a policy as it is shipped."""
    return (FOLDER / f"{name}.yaml").read_text()


def put(old: str, new: str) -> Callable[[str], str]:
    """An edit of the first place where that stands."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def without(first: str, last: str) -> Callable[[str], str]:
    """An edit that takes out everything from one text up to another."""

    def edit(text: str) -> str:
        start = text.index(first)
        return text[:start] + text[text.index(last, start) :]

    return edit


def line_of(text: str, wanted: str) -> int:
    """The line, from 1, in which that first stands."""
    return text[: text.index(wanted)].count("\n") + 1


_REFUSALS = {
    "incomplete tree": (
        "severity-tree",
        without("  data:\n", "  critical_with_data_loss:\n"),
        "no: data\n",
        "'data' is neither a node nor a leaf",
    ),
    "cyclic tree": (
        "severity-tree",
        put("    no: critical\n", "    no: malicious\n"),
        "    no: malicious\n",
        "runs in a circle",
    ),
    "tree with a rule that never holds": (
        "severity-tree",
        put("    fact: data_loss\n", "    fact: malicious_access\n"),
        "yes: critical_with_data_loss",
        "can never be taken",
    ),
    "mistyped operator": (
        "severity-tree",
        put("operator: above", "operator: abov"),
        "operator: abov\n",
        "nodes.many_clients.operator: Input should be",
    ),
    "mistyped fact": (
        "severity-tree",
        put("fact: data_loss", "fact: data_lost"),
        "fact: data_lost",
        "nodes.data.fact: there is no fact 'data_lost'",
    ),
    "unknown key of a tree": (
        "severity-tree",
        put("    fact: data_loss\n", "    fact: data_loss\n    wat: 1\n"),
        "    wat: 1",
        "nodes.data.wat: there is no such key here",
    ),
    "unknown format of a tree": (
        "severity-tree",
        put("format: 2", "format: 7"),
        "format: 7",
        "format: there is no format 7",
    ),
    "old format of a matrix": (
        "approval-matrix",
        put("format: 6", "format: 5"),
        "format: 5",
        "format: format 5 is only for incidents that run under it: write format 6",
    ),
    "incomplete matrix": (
        "approval-matrix",
        without("  incident.closure:\n", "  escalation.acknowledgement:\n"),
        "name: approval-matrix",
        "no rule for incident.closure",
    ),
    "code without a meaning": (
        "approval-matrix",
        without("  E-UNREACHABLE:", "  E-LEGAL-LIMIT:"),
        "E-UNREACHABLE",
        "without a meaning: E-UNREACHABLE",
    ),
    "unknown role in a matrix": (
        "approval-matrix",
        put("roles: [incident_commander, compliance]", "roles: [incident_commander, boss]"),
        "roles: [incident_commander, boss]",
        "[1]: Input should be",
    ),
    "unknown format of a matrix": (
        "approval-matrix",
        put("format: 6", "format: 7"),
        "format: 7",
        "format: Input should be 1, 2, 3, 4, 5 or 6",
    ),
    "unknown format of the classification": (
        "dora-classification",
        put("format: 1", "format: 2"),
        "format: 2",
        "format: version 2 of the format is unknown",
    ),
    "limit that is a fraction": (
        "dora-classification",
        put("clients_percent: 10 ", "clients_percent: 10.5 "),
        "clients_percent: 10.5",
        "clients_percent: 10.5 is a fraction",
    ),
    "limit left out": (
        "dora-classification",
        without("costs_eur:", "thresholds_needed:"),
        "name: dora-classification",
        "costs_eur: it is missing",
    ),
    "overlapping classes of retention": (
        "retention",
        put("severities: [SEV3, SEV4]", "severities: [SEV2, SEV3, SEV4]"),
        "name: retention",
        "every severity needs exactly one class",
    ),
    "class that is none": (
        "retention",
        put("without_severity: unclassified", "without_severity: unclasified"),
        "without_severity: unclasified",
        "names no class",
    ),
    "duration mistyped": (
        "recovery",
        put("due_after: PT2H", "due_after: two hours"),
        "due_after: two hours",
        "contain.due_after",
    ),
    "key twice": (
        "recovery",
        put("review:\n", "contain:\n"),
        "contain:\n  due_after: P14D",
        "the key 'contain' stands in line",
    ),
    "trigger that always fires": (
        "escalation",
        put("    services: [instant-payments, card-payments]\n", ""),
        "  payments-hit:",
        "always fire",
    ),
    "version that is a number": (
        "recovery",
        put('version: "1.0.0"', "version: 2"),
        "version: 2",
        "say the version as text",
    ),
    "another policy": (
        "recovery",
        put("name: recovery", "name: recoverie"),
        "name: recoverie",
        "there is no kind of policy 'recoverie'",
    ),
    "tab": ("recovery", put("  due_after", "\tdue_after"), "\tdue_after", "cannot start any token"),
    "tag": (
        "recovery",
        put("name: recovery", "name: !!python/name:os.system recovery"),
        "name: !!python",
        "tags",
    ),
}


@pytest.mark.parametrize(
    ("name", "edit", "wanted", "reason"), _REFUSALS.values(), ids=_REFUSALS.keys()
)
def test_a_policy_is_refused_with_file_line_and_reason(
    tmp_path: Path, name: str, edit: Callable[[str], str], wanted: str, reason: str
) -> None:
    """The line is the one in which an author has to change something."""
    text = edit(text_of(name))
    path = tmp_path / f"{name}.yaml"
    path.write_text(text)

    with pytest.raises(InvalidPolicy) as refused:
        check_policy(read_policy_document(path))

    first = refused.value.message.split("\n")[0]
    assert first.startswith(f"{name}.yaml:{line_of(text, wanted)}: "), refused.value.message
    assert reason in refused.value.message


def test_all_faults_of_a_document_are_told_at_once() -> None:
    """Each on a line of its own, in the order of the text; a problem answer has them as data."""
    text = text_of("severity-tree").replace("operator: above", "operator: abov")
    text = text.replace("priority: P1", "priority: P9")
    with pytest.raises(InvalidPolicy) as refused:
        check_policy(parse_policy_text(text.encode(), "t.yaml"))

    lines = refused.value.message.split("\n")
    errors = refused.value.fields["errors"]
    assert isinstance(errors, list)
    assert len(lines) == len(errors) > 1
    numbers = [int(line.split(":")[1]) for line in lines]
    assert numbers == sorted(numbers)
    assert errors[0]["pointer"] == "/nodes/many_clients/operator"
    assert errors[0]["line"] == line_of(text, "operator: abov")


def test_at_most_twenty_faults_are_told() -> None:
    """And how many more there are."""
    wrong = "".join(f"  k{number}: 1.5\n" for number in range(30))
    text = f'name: recovery\nversion: "1"\nchecks:\n{wrong}'
    with pytest.raises(InvalidPolicy) as refused:
        check_policy(parse_policy_text(text.encode(), "t.yaml"))
    assert len(refused.value.message.split("\n")) == 20
    text = f'name: recovery\nversion: "1"\n{wrong.replace("  k", "k").replace("1.5", "1")}'
    with pytest.raises(InvalidPolicy) as refused:
        check_policy(parse_policy_text(text.encode(), "t.yaml"))
    assert refused.value.message.split("\n")[-1] == "… and 13 more"


def test_json_is_read_as_well_with_the_lines_of_its_faults(tmp_path: Path) -> None:
    """What a program has written is refused as precisely."""
    document = json.loads(load_candidate(FOLDER / "recovery.yaml").content)
    path = tmp_path / "candidate.json"
    path.write_text(json.dumps(document, indent=2))
    assert load_candidate(path) == load_candidate(FOLDER / "recovery.yaml")

    document["contain"]["due_after"] = 7.5
    document["checks"] = []
    path.write_text(text := json.dumps(document, indent=2))
    with pytest.raises(InvalidPolicy) as refused:
        load_candidate(path)
    assert f"{path}:{line_of(text, '7.5')}: contain.due_after: 7.5 is" in refused.value.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"name": "recovery", "name": "recovery"}', "stands in line 1 already"),
        ('{"name": "recovery",}', "t.json:1"),
        ('{"name": NaN}', "t.json:"),
    ],
    ids=["key twice", "comma", "NaN"],
)
def test_json_with_more_than_one_meaning_is_refused(text: str, reason: str) -> None:
    """YAML would let some of it pass."""
    with pytest.raises(InvalidPolicy) as refused:
        parse_policy_text(text.encode(), "t.json", is_json=True)
    assert reason in refused.value.message


def test_a_file_that_is_missing_is_refused_by_name(tmp_path: Path) -> None:
    """With the system's reason."""
    with pytest.raises(InvalidInput, match=r"recovery\.yaml: cannot be read: No such file"):
        read_policy_document(tmp_path / "recovery.yaml")


def test_every_policy_that_is_shipped_is_right() -> None:
    """Those of incidents, and those of the installation."""
    assert list(load_policy_folder(FOLDER)) == list(INCIDENT_POLICIES)
    others = set(POLICY_KINDS) - set(INCIDENT_POLICIES)
    assert {load_named_policy(FOLDER, name).pin.name for name in others} == others


def test_what_must_be_tried_before_publication_is_what_can_be() -> None:
    """Neither a trial that nobody can make, nor one that anybody forgets."""
    assert set(SCOPES) == TRIED_KINDS

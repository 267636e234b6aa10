"""Documents of policies on the command line: validated, and compared, in words and colours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

from holdfast.cli.policy_api import PolicyApi
from holdfast.domain.communication.templates import COMMUNICATIONS
from holdfast.domain.playbooks.policy import PLAYBOOKS
from holdfast.domain.policies import REGISTER, PinnedPolicy
from holdfast.domain.policy_diff import Difference, DifferenceKind, differences
from holdfast.domain.values import JsonObject, JsonValue
from holdfast.errors import InvalidInput
from holdfast.store.communications.template_files import is_communications_folder
from holdfast.store.playbooks.files import is_playbooks_folder
from holdfast.store.policies import load_candidate
from holdfast.store.policy_kinds import POLICY_KINDS

__all__ = ["diff", "validate"]

_LONGEST_VALUE = 300
_LOOKS = {
    DifferenceKind.ADDED: ("green", "+"),
    DifferenceKind.REMOVED: ("red", "-"),
    DifferenceKind.CHANGED: ("yellow", "~"),
}


def validate(paths: Sequence[Path]) -> bool:
    """Check every document; print name, version and digest of each, or its faults on stderr.

    Returns:
        Whether all of them are right.
    """
    right = True
    for path in paths:
        for document in _documents(path):
            try:
                pin = load_candidate(document).pin
            except InvalidInput as error:
                typer.echo(error.message, err=True)
                right = False
            else:
                typer.echo(f"{pin.name} {pin.version} {pin.digest}")
    return right


def diff(file: Path, against: str | None) -> None:
    """Print what a document changes, path by path.

    Raises:
        InvalidInput: a document is refused, or is of another policy.
        NotFound: there is no such version.
        Unavailable: the platform does not answer.
    """
    candidate = load_candidate(file)
    name = candidate.pin.name
    if against is not None and Path(against).exists():
        other = load_candidate(Path(against))
        if other.pin.name != name:
            message = f"{against} is the policy {other.pin.name}, {file} is {name}"
            raise InvalidInput(message)
        before, version = _document(other), f"{other.pin.version}, {against}"
    else:
        with PolicyApi() as api:
            before, version = api.document(name, against)
    found = differences(before, _document(candidate))
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{name}: {escape(version)} → {candidate.pin.version}, {escape(str(file))}")
    for line in _lines(found):
        console.print(line)
    console.print(f"{len(found)} difference(s)")


def _documents(path: Path) -> Iterator[Path]:
    """What a path means: a file, the folder of one policy, or all policies of a folder."""
    if not path.is_dir() or _is_of_one_policy(path):
        yield path
        return
    inside = [file for file in sorted(path.iterdir()) if file.suffix in {".yaml", ".yml", ".json"}]
    if not any(file.stem in POLICY_KINDS for file in inside):
        yield path
        return
    yield from inside
    folders = (COMMUNICATIONS, PLAYBOOKS, REGISTER)
    yield from (path / name for name in folders if (path / name).is_dir())


def _is_of_one_policy(folder: Path) -> bool:
    apart = is_communications_folder(folder) or is_playbooks_folder(folder)
    return apart or folder.name == REGISTER


def _document(policy: PinnedPolicy) -> JsonObject:
    document: JsonObject = json.loads(policy.content)
    return document


def _lines(found: Iterable[Difference]) -> Iterator[str]:
    for one in found:
        colour, mark = _LOOKS[one.kind]
        if one.kind is DifferenceKind.CHANGED:
            said = f"{_value(one.before)} → {_value(one.after)}"
        else:
            said = _value(one.after if one.kind is DifferenceKind.ADDED else one.before)
        yield f"[{colour}]{mark} {_plain(one.path)}: {said}[/{colour}]"


def _value(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _plain(text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…")


def _plain(text: str) -> str:
    """Text of a document may come from anywhere: no markup, and nothing that moves the cursor."""
    return escape("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text))

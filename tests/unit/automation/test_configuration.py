"""The file of automations: what it may say, and mistakes told by line, automation and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.automation import Automations, load_automations
from holdfast.errors import InvalidInput
from holdfast.settings import Settings

COMMAND = """
automations:
  isolate:
    kind: command
    title: Isolate a host
    parameters: {host: "[a-z0-9-]+"}
    command: [/bin/echo, isolate, "{host}"]
    dry_run: [/bin/echo, --dry-run, "{host}"]
"""
HTTP = """
hosts: [fw.example]
automations:
  block:
    kind: http
    title: Block an account
    parameters: {account: "[a-z0-9]+"}
    method: POST
    url: https://fw.example/accounts/{account}/block
    query: {}
    expect: [200, 202]
    dry_run:
      query: {dry: "yes"}
"""


def load(folder: Path, text: str) -> Automations:
    """The automations of a file with that text."""
    path = folder / "automations.yaml"
    path.write_text(text)
    return load_automations(Settings(state_folder=folder, automations_file=path))


def refusal(folder: Path, text: str) -> str:
    """Why a file with that text is refused, without the path of its folder."""
    with pytest.raises(InvalidInput) as refused:
        load(folder, text)
    return refused.value.message.replace(f"{folder}/", "")


def test_commands_and_requests_are_loaded(tmp_path: Path) -> None:
    """In the order of the file."""
    both = COMMAND + HTTP.split("automations:\n")[1]
    loaded = load(tmp_path, f"hosts: [fw.example]{both}")

    assert [(name, each.kind) for name, each in loaded.all.items()] == [
        ("isolate", "command"),
        ("block", "http"),
    ]
    assert loaded.refusal("isolate", {"host": "web-1"}) is None
    assert loaded.refusal("isolate", {"host": "; rm"}) is not None
    assert loaded.refusal("reboot", {}) == (
        "there is no automation reboot here; there are: isolate, block"
    )


def test_what_holdfast_brings_along_changes_nothing_and_runs_anywhere(tmp_path: Path) -> None:
    """The default of the setting."""
    loaded = load_automations(Settings(state_folder=tmp_path))

    assert list(loaded.all) == ["platform-answers", "room-on-disk"]
    assert loaded.refusal("platform-answers", {}) is None
    assert loaded.refusal("room-on-disk", {"mebibytes": "100"}) is None


def test_a_file_may_say_that_there_are_none(tmp_path: Path) -> None:
    """Then every step is done by hand."""
    assert not load(tmp_path, "automations: {}").all


def test_a_file_that_is_not_there_is_told_by_its_setting(tmp_path: Path) -> None:
    """A misspelt name must not mean that there are none."""
    settings = Settings(state_folder=tmp_path, automations_file=tmp_path / "none.yaml")
    with pytest.raises(InvalidInput, match=r"_AUTOMATIONS_FILE: .*none.yaml cannot be read"):
        load_automations(settings)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        # Without a dry run it can only be done by hand.
        ('    dry_run: [/bin/echo, --dry-run, "{host}"]\n', "", "isolate: dry_run: Field required"),
        ("--dry-run", "isolate", "isolate: dry_run: it is the command itself"),
        (
            "/bin/echo, isolate",
            "echo, isolate",
            "isolate: command: the program needs its whole path",
        ),
        ("/bin/echo, --dry", "sh, --dry", "isolate: dry_run: the program needs its whole path"),
        ('isolate, "{host}"', 'isolate, "ssh {host}"', "{host} stands inside of another text"),
        (
            'isolate, "{host}"',
            'isolate, "{port}", "{host}"',
            "{port} names a parameter that is not",
        ),
        ('isolate, "{host}"', "isolate, all", "isolate: parameters: host has no place in it"),
        ("[a-z0-9-]+", "[a-z", "isolate: parameters.host: it is no regular expression"),
        ("kind: command", "kind: shell", "isolate: kind: "),
        ("title: Isolate a host", "shell: true", "isolate: title: Field required"),
        ("parameters:", "environment: {PATH: 3}\n    parameters:", "isolate: environment.PATH: "),
        ("parameters:", "secrets: {TOKEN: token}\n    parameters:", "give the whole path"),
        ("parameters:", "folder: work\n    parameters:", "isolate: folder: give the whole path"),
        ("parameters:", "timeout_seconds: 90000\n    parameters:", "isolate: timeout_seconds: "),
    ],
)
def test_a_command_that_is_not_safe_is_refused(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    """By its automation and field."""
    assert before in COMMAND
    said = refusal(tmp_path, COMMAND.replace(before, after))

    assert told in said
    assert said.startswith("automations.yaml:")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("hosts: [fw.example]", "hosts: [other.example]", "requests to fw.example are not allowed"),
        ("hosts: [fw.example]\n", "", "requests to fw.example are not allowed"),
        ("https://fw", "http://fw", "block: url: https is needed"),
        ("fw.example/acc", "{account}.example/acc", "no URL of the web with a fixed host"),
        ("https://fw", "https://me:secret@fw", "block: url: no password, query or fragment"),
        ("{account}/block", "{account}/block?dry=no", "block: url: no password, query or fragment"),
        ("{account}/block", "x-{account}/block", "{account} stands inside of another text"),
        ("POST", "CONNECT", "block: method: "),
        ("[200, 202]", "[302]", "block: expect"),
        ('{dry: "yes"}', "{}", "block: dry_run: it is the request itself"),
        ('    dry_run:\n      query: {dry: "yes"}\n', "", "block: dry_run: Field required"),
        ("query: {}", "headers: {Authorization: t}", "headers: authorization belongs in"),
        (
            "query: {}",
            "headers: {Idempotency-Key: t}",
            "headers: idempotency-key is set by Holdfast",
        ),
        ("query: {}", "secret_headers: {Host: /t}", "headers: host is set by Holdfast"),
        (
            "query: {dry",
            "url: https://evil.example/x\n      query: {dry",
            "requests to evil.example",
        ),
        ("query: {}", "body: {level: 0.5}", "block: body"),
    ],
)
def test_a_request_that_is_not_safe_is_refused(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    """By its automation and field, and without its values."""
    assert before in HTTP
    said = refusal(tmp_path, HTTP.replace(before, after, 1))

    assert told in said
    assert "secret@" not in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (COMMAND.replace("isolate:", "isolate: &here\n  isolate:"), "automations.yaml:4: "),
        (COMMAND.replace("kind: command", "kind: command\n    kind: http"), "automations.yaml:5: "),
        (COMMAND.replace("title: Isolate a host", "title: [no]"), "automations.yaml:5: automation"),
        (COMMAND.replace('"[a-z0-9-]+"', "'['"), "automations.yaml:6: automation isolate: "),
        (COMMAND.replace("isolate:", "Isolate It:"), "automations.yaml:3: automation Isolate It"),
        (HTTP.replace("fw.example]", "a]"), "automations.yaml:4: automation block: url: "),
        ("automations: [1]", "automations.yaml:1: automations: "),
        ("other: {}", "automations.yaml:1: other: "),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    """So that it is found at once."""
    assert refusal(tmp_path, text).startswith(told)


def test_a_program_or_a_secret_that_is_away_is_told_before_anything_begins(tmp_path: Path) -> None:
    """The other automations are not held up by it."""
    text = COMMAND.replace("[/bin/echo, isolate", "[/no/such/program, isolate")
    loaded = load(tmp_path, text)
    assert loaded.refusal("isolate", {"host": "a"}) == (
        "there is no program /no/such/program here that could be run"
    )

    text = COMMAND.replace("parameters:", f"secrets: {{TOKEN: {tmp_path}/token}}\n    parameters:")
    loaded = load(tmp_path, text)
    assert "cannot be read: No such file" in str(loaded.refusal("isolate", {"host": "a"}))
    (tmp_path / "token").write_text("two\nlines\n")
    assert "is not one printable line" in str(loaded.refusal("isolate", {"host": "a"}))
    (tmp_path / "token").write_text("one line\n")
    assert loaded.refusal("isolate", {"host": "a"}) is None

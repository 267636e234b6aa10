"""The folder of templates: what is wrong in it is told with its file and its line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.cli.policy_files import validate
from holdfast.domain.communication.templates import CommunicationsPolicy
from holdfast.errors import InvalidInput
from holdfast.store.communications.template_checks import flaws_of
from holdfast.store.communications.template_files import load_communications
from holdfast.store.policies import load_candidate, load_named_policy
from holdfast.store.policy_documents import check_policy, check_values, parse_policy_text
from holdfast.store.policy_faults import InvalidPolicy
from tests.communication_texts import FOLDER, POLICY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that is shipped, as somebody may edit it."""
    copy = tmp_path / "communications"
    shutil.copytree(FOLDER, copy)
    return copy


Edit = Callable[[Path], object]


def edit(file: str, old: str, new: str) -> Edit:
    """An edit of the first place where that stands in a file."""

    def put(folder: Path) -> None:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))

    return put


def write(file: str, content: bytes) -> Edit:
    """A file with that in it."""
    return lambda folder: (folder / file).write_bytes(content)


def without(prefix: str) -> Edit:
    """The files of which the names begin so are gone."""

    def unlink(folder: Path) -> None:
        for file in folder.glob(f"{prefix}*"):
            file.unlink()

    return unlink


_INDEX = "communications.yaml"
_TEXT = "holding_statement.de.j2"
_REFUSED: dict[str, tuple[Edit, str]] = {
    "syntax": (
        edit(_TEXT, "{% endif %}\n\nUnsere", "{% endfi %}\n\nUnsere"),
        f"communications/{_TEXT}:14: body: Encountered unknown tag 'endfi'",
    ),
    "unknown name": (
        edit(_TEXT, "{{ down_from }}", "{{ down_since }}"),
        f"communications/{_TEXT}:13: body: there is no value 'down_since'",
    ),
    "unknown name in the subject": (
        edit(_TEXT, "{{ services |", "{{ service |"),
        f"communications/{_TEXT}:1: subject: there is no value 'service'",
    ),
    "attribute": (
        edit("all_clear.en.j2", "{{ resolution }}", "{{ resolution.__class__ }}"),
        "communications/all_clear.en.j2:14: body: nothing can be read out of a value",
    ),
    "no subject": (
        edit(_TEXT, "Subject: ", "Betreff: "),
        f"communications/{_TEXT}:1: the first line is the subject: 'Subject: …'",
    ),
    "no empty line": (
        edit(_TEXT, "\n\n", "\n"),
        f"communications/{_TEXT}:2: the second line is empty, and the body begins after it",
    ),
    "subject only": (
        write(_TEXT, b"Subject: x\n"),
        f"communications/{_TEXT}:2: the second line is empty, and the body begins after it",
    ),
    "no body": (
        write(_TEXT, b"Subject: x\n\n \n"),
        f"communications/{_TEXT}:2: the second line is empty, and the body begins after it",
    ),
    "empty": (write(_TEXT, b""), f"communications/{_TEXT}:1: the first line is the subject"),
    "no UTF-8": (
        write(_TEXT, b"Subject: x\n\n\xff\n"),
        f"communications/{_TEXT}:3: the text is not UTF-8",
    ),
    "control character": (
        write(_TEXT, b"Subject: x\n\ny\x00\n"),
        f"communications/{_TEXT}: control character U+0000",
    ),
    "too long": (
        write(_TEXT, b"Subject: x\n\n" + b"y" * 20_001),
        f"communications/{_TEXT}:3: body: String should have at most 20000 characters",
    ),
    "far too long": (
        write(_TEXT, b"Subject: x\n\n" + b"y\n" * 100_000),
        f"communications/{_TEXT}: the file has more than 160000 bytes",
    ),
    "purpose": (
        write("greeting.en.j2", b"Subject: x\n\ny"),
        "communications/greeting.en.j2: a text is called <purpose>.<language>.j2",
    ),
    "language missing": (
        without(_TEXT),
        "communications: templates.holding_statement: 'holding_statement' has no text in de",
    ),
    "template missing": (
        without("all_clear"),
        f"communications/{_INDEX}:4: no template for all_clear",
    ),
    "texts in the index": (
        edit(_INDEX, "audiences:", "templates: {}\naudiences:"),
        f"communications/{_INDEX}: templates: texts stand in files *.j2 beside this one",
    ),
    "ask by a fact's name": (
        edit(_INDEX, "  cause:", "  root_cause:"),
        "'root_cause' is filled in from the incident: ask under another name",
    ),
    "ask by a word of templates": (
        edit(_INDEX, "  cause:", "  loop:"),
        "'loop' is a word of the language of templates",
    ),
    "ask that is gone": (
        edit(_INDEX, "  cause:", "  reason:"),
        "communications/all_clear.de.j2:29: body: there is no value 'cause'",
    ),
    "audience": (edit(_INDEX, "  media:", "  press:"), "audiences.press"),
    "audience missing": (
        edit(_INDEX, "  media:\n    languages: [en, de, fr]\n    deliveries:\n"
             "      - {channel: notices, group: media}\n", ""),
        "no plan for media",
    ),
    "language of a plan": (
        edit(_INDEX, "group: authority, language: en", "group: authority, language: it"),
        f"{_INDEX}:81: audiences.authority.deliveries[0].language: 'it' is none",
    ),
    "language without texts": (
        edit(_INDEX, "languages: [en, de, fr]", "languages: [en, de, fr, it]"),
        "has no text in it, which staff are written in",
    ),
    "roles without a language": (
        edit(_INDEX, "group: response\n        language: en\n", "group: response\n"),
        "'mail' names roles: say in which language they are written to",
    ),
    "twice": (
        edit(_INDEX, "- {channel: notices, group: media}",
             "- {channel: notices, group: media}\n      - {channel: notices, group: media}"),
        "a channel, group and language are named twice",
    ),
    "its own alternative": (
        edit(_INDEX, "alternative: notices", "alternative: mail"),
        "'mail' is no alternative to itself",
    ),
    "format": (edit(_INDEX, "format: 2", "format: 3"), f"communications/{_INDEX}:6: format"),
    "version": (edit(_INDEX, 'version: "1.1.0"', "version: 1"), "say the version as text"),
    "no mapping": (write(_INDEX, b"- 1\n"), "must hold 'communications'"),
    "no index": (without(_INDEX), f"{_INDEX}: cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "told"), _REFUSED.values(), ids=_REFUSED)
def test_what_is_wrong_is_told_with_its_place(folder: Path, change: Edit, told: str) -> None:
    """Before anything is taken of it, by the name that a person would look for."""
    change(folder)
    with pytest.raises(InvalidInput) as refused:
        load_communications(folder)
    assert told in refused.value.message


def test_all_of_it_is_told_at_once(folder: Path) -> None:
    """Each in its own file."""
    edit(_TEXT, "{{ down_from }}", "{{ one }}")(folder)
    edit("all_clear.fr.j2", "{{ resolution }}", "{{ two }} {{ three }}")(folder)
    with pytest.raises(InvalidPolicy) as refused:
        load_communications(folder)
    lines = refused.value.message.split("\n")
    assert len(lines) == 3
    assert {line.partition(":")[0] for line in lines} == {
        f"communications/{_TEXT}",
        "communications/all_clear.fr.j2",
    }


def test_the_same_texts_have_the_same_digest(folder: Path) -> None:
    """Line ends of another system, and hidden and other files, change nothing."""
    before = load_communications(folder)
    text = (folder / _TEXT).read_bytes()
    (folder / _TEXT).write_bytes(text.replace(b"\n", b"\r\n") + b"\r\n\r\n")
    (folder / ".#other.en.j2").write_text("being edited")
    (folder / "README.txt").write_text("for people")
    assert load_communications(folder) == before
    edit(_TEXT, "Störung:", "Ausfall:")(folder)
    assert load_communications(folder).pin.digest != before.pin.digest


def test_the_folder_is_a_policy_like_any_other(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Found by its name or by what it holds, also among all others."""
    pin = load_named_policy(FOLDER.parent, "communications").pin
    assert (pin.name, pin.version) == ("communications", "1.1.0")
    other = folder.rename(folder.with_name("candidate"))
    assert load_candidate(other).pin == load_candidate(FOLDER).pin == pin
    assert validate([FOLDER.parent, FOLDER, other])
    line = f"communications 1.1.0 {pin.digest}"
    assert capsys.readouterr().out.splitlines().count(line) == 3
    edit(_TEXT, "{{ down_from }}", "{{ one }}")(other)
    assert not validate([other])
    assert f"{other}/{_TEXT}:13: body: there is no value 'one'" in capsys.readouterr().err


def test_a_document_that_was_not_read_from_the_folder_is_checked_as_well() -> None:
    """As the door of drafts takes it: JSON, or one text in YAML."""
    document = json.loads(load_candidate(FOLDER).content)
    assert check_policy(check_values(document, "document")).pin == load_candidate(FOLDER).pin
    text = document["templates"]["all_clear"]["texts"]["en"]
    text["body"] = "one\n{{ nobody }}"
    text["subject"] = "one\ntwo"
    with pytest.raises(InvalidPolicy) as refused:
        check_policy(check_values(document, "document"))
    place = "document: templates.all_clear.texts.en"
    assert refused.value.message.split("\n") == [
        f"{place}.subject: a subject is one line",
        f"{place}.body: line 2 of the text: there is no value 'nobody'",
    ]
    content = json.dumps(document, indent=1).encode()
    with pytest.raises(InvalidPolicy, match=r"t\.json:\d+: templates\.all_clear\.texts\.en\.body"):
        check_policy(parse_policy_text(content, "t.json", is_json=True))


def test_a_text_without_flaws_has_none_to_tell() -> None:
    """Policies of other kinds have no texts."""
    assert list(flaws_of(POLICY)) == []
    assert isinstance(POLICY, CommunicationsPolicy)
    register = load_named_policy(FOLDER.parent, "register")
    assert register.pin.name == "register"

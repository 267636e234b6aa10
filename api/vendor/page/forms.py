"""The forms of the page: one for each thing that a provider can say, and how they are read.

They need no script: a moment is a local time with its offset from UTC beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from holdfast.domain.third_party.links import LinkAct

__all__ = ["FIELDS", "FILE", "MOMENT", "OFFSET", "act_forms"]

FILE, MOMENT, OFFSET = "file", "estimated_local", "estimated_offset"
FIELDS = frozenset({"said_by", "statement", "their_reference", "name", MOMENT, OFFSET})
"""What a form may hold besides its file."""

_LONGEST_TEXT, _LONGEST_LINE = 10_000, 200
_FIRST_HOUR, _LAST_HOUR = -12, 14
_BETWEEN = ("+03:30", "+04:30", "+05:30", "+05:45", "+06:30", "+09:30", "-03:30")


@dataclass(frozen=True, slots=True)
class _Form:
    """One form: its title, what it asks for, and the words on its button."""

    title: str
    text: str
    button: str
    text_required: bool = False
    moment: bool = False
    file: bool = False


_FORMS = {
    LinkAct.ACKNOWLEDGEMENT: _Form(
        "Acknowledge this call", "Anything that we should know at once", "Acknowledge"
    ),
    LinkAct.UPDATE: _Form(
        "Give an update",
        "How things stand, and what you do next",
        "Send the update",
        text_required=True,
    ),
    LinkAct.ESTIMATE: _Form(
        "Say when you expect the service back",
        "What it depends on",
        "Send the estimate",
        moment=True,
    ),
    LinkAct.WORKAROUND: _Form(
        "Offer a workaround",
        "What we can do until then",
        "Send the workaround",
        text_required=True,
    ),
    LinkAct.DOCUMENT: _Form(
        "Attach a document", "Anything to say about it", "Attach it", file=True
    ),
    LinkAct.RESTORATION: _Form(
        "Say that the service is restored",
        "What the cause was, and since when it works",
        "It is restored",
    ),
}


def act_forms(
    urls: Mapping[LinkAct, str], opened: LinkAct | None, filled: Mapping[str, str]
) -> str:
    """Write a form for each act, by its address; `opened` stands open, with what was `filled` in.

    The addresses are ours; what was filled in is escaped.
    """
    return "\n".join(
        _details(act, url, open_=act is opened, filled=filled if act is opened else {})
        for act, url in urls.items()
    )


def _details(act: LinkAct, url: str, *, open_: bool, filled: Mapping[str, str]) -> str:
    form = _FORMS[act]
    encoding = ' enctype="multipart/form-data"' if form.file else ""
    parts = [
        _moment(act, filled) if form.moment else "",
        _file(act, filled) if form.file else "",
        _text(act, form, filled),
        _line(act, "said_by", "Your name or desk", "it is kept sealed", filled, required=True),
        _line(act, "their_reference", "Your reference for this", "optional", filled),
    ]
    return (
        f"<details{' open' if open_ else ''}>\n<summary>{escape(form.title)}</summary>\n"
        f'<form method="post" action="{escape(url)}"{encoding} accept-charset="utf-8">\n'
        f"{''.join(parts)}<button>{escape(form.button)}</button>\n</form>\n</details>"
    )


def _text(act: LinkAct, form: _Form, filled: Mapping[str, str]) -> str:
    hint = "name no people here" if form.text_required else "optional; name no people here"
    required = " required" if form.text_required else ""
    return (
        f"{_label(act, 'statement', form.text, hint)}"
        f'<textarea id="{act}-statement" name="statement" maxlength="{_LONGEST_TEXT}"{required}>'
        f"\n{escape(filled.get('statement', ''))}</textarea>\n"
    )


def _line(
    act: LinkAct,
    name: str,
    label: str,
    hint: str,
    filled: Mapping[str, str],
    *,
    required: bool = False,
) -> str:
    wanted = " required" if required else ""
    return (
        f'{_label(act, name, label, hint)}<input id="{act}-{name}" name="{name}" '
        f'maxlength="{_LONGEST_LINE}" value="{escape(filled.get(name, ""))}" '
        f'autocomplete="off"{wanted}>\n'
    )


def _moment(act: LinkAct, filled: Mapping[str, str]) -> str:
    chosen = filled.get(OFFSET, "+00:00")
    options = "".join(
        f'<option value="{offset}"{" selected" if offset == chosen else ""}>UTC{offset}</option>'
        for offset in _offsets()
    )
    return (
        f"{_label(act, MOMENT, 'Date and time', 'on your clock')}"
        f'<input id="{act}-{MOMENT}" name="{MOMENT}" type="datetime-local" '
        f'value="{escape(filled.get(MOMENT, ""))}" required>\n'
        f"{_label(act, OFFSET, 'Your clock', 'its difference from UTC')}"
        f'<select id="{act}-{OFFSET}" name="{OFFSET}">{options}</select>\n'
    )


def _offsets() -> list[str]:
    whole = [
        f"{'-' if hour < 0 else '+'}{abs(hour):02}:00"
        for hour in range(_FIRST_HOUR, _LAST_HOUR + 1)
    ]
    return sorted([*whole, *_BETWEEN], key=lambda offset: int(offset.replace(":", "")))


def _file(act: LinkAct, filled: Mapping[str, str]) -> str:
    return (
        f"{_label(act, FILE, 'The document', 'its file name is not kept')}"
        f'<input id="{act}-{FILE}" name="{FILE}" type="file" required>\n'
        f"{_line(act, 'name', 'What it is', 'in one line, naming nobody', filled, required=True)}"
    )


def _label(act: LinkAct, name: str, label: str, hint: str) -> str:
    words = f'{escape(label)} <span class="hint">({escape(hint)})</span>'
    return f'<label for="{act}-{name}">{words}</label>\n'

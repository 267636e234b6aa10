"""One key of the log names the next: a note signed by the old key, kept in the rotation's record.

That the log's old key signed a checkpoint over the record shows when, not who: whoever may write
records could have written it. Only the holder of the old key could have signed this.
"""

from __future__ import annotations

from holdfast.errors import InvalidInput
from holdfast.evidence.log.note import NoteSigner, VerifierKey, open_note, sign_note

__all__ = ["name_successor", "names_successor"]


def name_successor(old: NoteSigner, new: VerifierKey) -> str:
    """Write the note in which the old key names the new one."""
    return sign_note(_text(new), [old])


def names_successor(note: str, old: VerifierKey, new: VerifierKey) -> bool:
    """Whether that is the note in which the old key names the new one."""
    try:
        opened = open_note(note, [old])
    except InvalidInput:
        return False
    return opened.text == _text(new) and old in opened.by


def _text(new: VerifierKey) -> str:
    # The second line of a checkpoint is a number: this can never be taken for one.
    return f"{new.name}\nnext key\n{new.vkey}\n"

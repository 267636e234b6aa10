"""The same message to a folder from two processes at once, as after one that was cut off."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from holdfast.channels import Answer, AnswerOutcome, Channel, Found, FoundState
from holdfast.channels.configuration import FilesSettings, MailFolderSettings
from holdfast.channels.files import FilesChannel
from holdfast.channels.mail_folder import MailFolderChannel
from holdfast.domain.communication.kinds import ChannelKind
from tests.outgoing_messages import an_outgoing

_MESSAGES = 300
_PATIENCE_SECONDS = 60.0
_ATTACHED = (("a.pdf", "application/pdf", b"%PDF" * 10_000),)
# What one message leaves: a mail, or a text, its attachment and its ids.
_FILES = {ChannelKind.MAIL_FOLDER: 1, ChannelKind.FILES: 3}

_together: Barrier
"""Of each process of the pool: both begin each message at the same moment."""


def _meet_at(barrier: Barrier) -> None:
    global _together  # noqa: PLW0603 - a barrier is given to a process at its start only
    _together = barrier


def _channel(kind: ChannelKind, folder: Path) -> Channel:
    if kind is ChannelKind.FILES:
        return FilesChannel("notices", FilesSettings(kind="files"), folder)
    return MailFolderChannel("mail", MailFolderSettings(kind="mail_folder"), folder)


def _send_all(kind: ChannelKind, folder: Path) -> list[Answer]:
    answers = []
    with _channel(kind, folder).session() as session:
        for number in range(_MESSAGES):
            _together.wait(_PATIENCE_SECONDS)
            answers.append(session.send(an_outgoing(number=number, attachments=_ATTACHED)))
    return answers


@pytest.mark.parametrize("kind", _FILES)
def test_a_message_that_two_processes_send_at_once_is_one(
    kind: ChannelKind, tmp_path: Path
) -> None:
    """Both have it taken, under one id, and the folder has what one alone leaves in it."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    with ProcessPoolExecutor(2, context, _meet_at, (barrier,)) as pool:
        sending = [pool.submit(_send_all, kind, tmp_path / "both") for _ in range(2)]
        one, other = (each.result(_PATIENCE_SECONDS) for each in sending)
    assert one == other
    assert {answer.outcome for answer in one} == {AnswerOutcome.TAKEN}
    assert len({answer.channel_id for answer in one}) == _MESSAGES

    with _channel(kind, tmp_path / "alone").session() as session:
        for number in range(_MESSAGES):
            session.send(an_outgoing(number=number, attachments=_ATTACHED))
    both, alone = (_contents(tmp_path / name) for name in ("both", "alone"))
    assert both == alone
    assert len(both) == _FILES[kind] * _MESSAGES
    found = _channel(kind, tmp_path / "both").find(an_outgoing().key, 0)
    assert found == Found(FoundState.TAKEN, one[0].channel_id)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}

"""Asked after a crash: only a channel for which a repeat is the same message says "not there"."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.channels import AnswerOutcome, Channel, FoundState, load_channels
from holdfast.domain.communication.kinds import ChannelKind
from holdfast.settings import Settings
from tests.outgoing_messages import an_outgoing

_SAME_MESSAGE = {ChannelKind.MAIL_FOLDER, ChannelKind.FILES, ChannelKind.STATUS_PAGE}
"""For whom a repeat of the same key and number is the same message, whatever is configured."""

_OF_EVERY_KIND = """
channels:
  mail: {kind: mail, host: 127.0.0.1, port: 9, security: none, sender: holdfast@bank.test}
  mail_folder: {kind: mail_folder}
  webhook:
    kind: webhook
    url: http://127.0.0.1:9/hook
    secrets: [whsec_bmV2ZXItdXNlLXRoaXMtb25lLW1ha2UteW91ci1vd24=]
    repeatable: true
  apprise: {kind: apprise, url: "json://127.0.0.1:9", repeatable: true, audiences: [staff]}
  files: {kind: files}
  status_page: {kind: status_page}
"""


def _channel(kind: ChannelKind, tmp_path: Path) -> Channel:
    file = tmp_path / "channels.yaml"
    file.write_text(_OF_EVERY_KIND)
    channel = load_channels(Settings(state_folder=tmp_path, channels_file=file)).get(str(kind))
    assert channel is not None, f"the test has no channel of the kind {kind}"
    return channel


@pytest.mark.parametrize("kind", ChannelKind)
def test_only_who_may_be_given_it_again_says_that_it_is_not_there(
    kind: ChannelKind, tmp_path: Path
) -> None:
    """What the others have not taken may still be on its way to them."""
    outgoing = an_outgoing()
    found = _channel(kind, tmp_path).find(outgoing.key, outgoing.number)
    expected = FoundState.NOT_TAKEN if kind in _SAME_MESSAGE else FoundState.CANNOT_TELL
    assert found.state is expected


@pytest.mark.parametrize("kind", sorted(_SAME_MESSAGE))
def test_a_repeat_to_whom_it_may_be_given_again_is_the_same_message(
    kind: ChannelKind, tmp_path: Path
) -> None:
    """Both are taken under one id, and leave what one leaves."""
    channel, outbox = _channel(kind, tmp_path), tmp_path / "outbox"
    with channel.session() as session:
        first = session.send(an_outgoing())
        left = {path: path.read_bytes() for path in outbox.rglob("*") if path.is_file()}
        again = session.send(an_outgoing())
    assert first.outcome is AnswerOutcome.TAKEN
    assert again == first
    assert {path: path.read_bytes() for path in outbox.rglob("*") if path.is_file()} == left

"""`holdfast channel` and `holdfast doctor`: what an operator learns before an incident does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.cli import main as command_line
from holdfast.settings import Settings
from holdfast.stack.channel_findings import channel_findings
from tests.faulty_receiver import SECRET, faulty_receiver
from tests.faulty_smtp import FaultySmtp, SmtpFault, faulty_smtp

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`holdfast` with arguments: its exit code, and what it printed on both streams."""
    monkeypatch.setenv("HOLDFAST_STATE_FOLDER", str(tmp_path))

    def run(*arguments: str, channels: str | None = None) -> tuple[int, str, str]:
        if channels is not None:
            (tmp_path / "channels.yaml").write_text(channels)
            monkeypatch.setenv("HOLDFAST_CHANNELS_FILE", str(tmp_path / "channels.yaml"))
        monkeypatch.setattr(sys, "argv", ["holdfast", *arguments])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def _mail(server: FaultySmtp) -> str:
    return (
        "channels:\n  out:\n    kind: mail\n    host: 127.0.0.1\n    security: none\n"
        f"    port: {server.port}\n    sender: a@bank.test\n    timeout_seconds: 1\n"
        "    accept_seconds: 0.3\n    audiences: [clients]\n"
    )


def test_channels_are_listed_with_what_they_can_tell(command: Command) -> None:
    """Those of an installation without a file too."""
    code, out, _ = command("channel", "list")

    assert code == 0
    assert "mail: mail_folder\n    serves everybody; tells, also afterwards" in out
    assert "status-page: status_page\n    serves clients, counterparts, media;" in out


def test_a_mail_server_is_tried(command: Command) -> None:
    """Taken, refused, or unknown, in words; only the first is a success."""
    with faulty_smtp() as server:
        taken = command("channel", "try", "out", "--to", "me@bank.test", channels=_mail(server))
        server.for_recipient["me@bank.test"] = SmtpFault.REFUSES_RECIPIENT
        refused = command("channel", "try", "out", "--to", "me@bank.test")
        server.for_recipient["me@bank.test"] = SmtpFault.DIES_AFTER_MAIL
        unknown = command("channel", "try", "out", "--to", "me@bank.test")

    assert taken == (0, "out: taken (its id: 2.0.0 Ok: queued as Q1)\n", "")
    assert b"trial of the channel out" in server.mails[0].content
    assert refused[:2] == (
        1,
        "out: refused for good: the server refused the recipient: 550 5.1.1\n",
    )
    assert unknown[0] == 1
    assert unknown[1].startswith("out: unknown: it may have arrived, look there by hand")


def test_a_webhook_is_tried_without_an_address(command: Command) -> None:
    """The receiver can verify the trial, and see that it is none of an incident."""
    with faulty_receiver() as receiver:
        text = f"channels: {{hook: {{kind: webhook, url: '{receiver.url}', secrets: [{SECRET}]}}}}"
        code, out, _ = command("channel", "try", "hook", channels=text)

    assert (code, out) == (0, "hook: taken (its id: request-1)\n")
    assert receiver.requests[0].verified()["data"]["purpose"] == "trial"


def test_a_trial_needs_a_channel_and_perhaps_an_address(command: Command) -> None:
    """Both said in a sentence."""
    code, _, error = command("channel", "try", "fax")
    assert code == 2
    assert "there is no channel fax; there are: mail, notices, status-page" in error

    code, _, error = command("channel", "try", "mail")
    assert code == 2
    assert "--to ADDRESS" in error


async def test_doctor_finds_what_is_wrong_with_the_channels(tmp_path: Path) -> None:
    """A file that others may read, a mistake in it, and a server that does not answer."""
    assert [each.ok for each in await channel_findings(Settings(state_folder=tmp_path))] == [True]

    path = tmp_path / "channels.yaml"
    settings = Settings(state_folder=tmp_path, channels_file=path)
    with faulty_smtp() as server:
        path.write_text(_mail(server))
        path.chmod(0o600)
        assert [each.ok for each in await channel_findings(settings)] == [True, True]
        path.chmod(0o640)
        assert [each.mend for each in await channel_findings(settings)] == [
            f"chmod 600 {path}",
            None,
        ]
        server.stop()
        path.chmod(0o600)
        _, finding = await channel_findings(settings)
    assert finding.subject == "channel out"
    assert "connection is refused" in finding.detail
    assert "holdfast channel try out" in str(finding.mend)

    path.write_text("channels: {out: {kind: fax}}")
    (finding,) = await channel_findings(settings)
    assert not finding.ok
    assert "channel out: kind: " in finding.detail

"""The file of channels: what it may say, and that no mistake repeats a secret of it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from holdfast.channels import Channels, load_channels
from holdfast.channels.configuration import MailSettings
from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.errors import InvalidInput
from holdfast.settings import Settings

_SECRET = "p4ssw0rd"  # noqa: S105 - looked for where it must not be
_SIGNING = f"whsec_{base64.b64encode(_SECRET.encode() * 4).decode()}"

_WHOLE = f"""
channels:
  client-mail:
    kind: mail
    host: smtp.bank.example
    user: holdfast
    password: "{_SECRET}"
    sender: Example Bank <incidents@bank.example>
    reply_to: support@bank.example
    audiences: [clients, counterparts]
  sink: {{kind: mail_folder}}
  hook:
    kind: webhook
    url: https://somebody:{_SECRET}@partner.example/hooks
    secrets: [{_SIGNING}]
    repeatable: true
  war-room:
    kind: apprise
    url: json://{_SECRET}@chat.bank.example/{_SECRET}
    repeatable: true
    audiences: [staff]
  notices: {{kind: files, folder: /var/holdfast/notices}}
  status-page: {{kind: status_page}}
"""


def _settings(tmp_path: Path, text: str | bytes) -> Settings:
    path = tmp_path / "channels.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Settings(state_folder=tmp_path, channels_file=path)


def _load(tmp_path: Path, text: str | bytes) -> Channels:
    return load_channels(_settings(tmp_path, text))


def test_without_a_file_everything_stays_on_this_machine(tmp_path: Path) -> None:
    """Mails and notices as files, and the status page."""
    channels = load_channels(Settings(state_folder=tmp_path))

    assert dict(channels.kinds) == {
        "mail": ChannelKind.MAIL_FOLDER,
        "notices": ChannelKind.FILES,
        "status-page": ChannelKind.STATUS_PAGE,
    }
    assert list(tmp_path.iterdir()) == []


def test_every_kind_of_channel_is_made(tmp_path: Path) -> None:
    """By name, in the order of the file; no secret shows where one is printed."""
    channels = _load(tmp_path, _WHOLE)

    assert dict(channels.kinds) == {
        "client-mail": ChannelKind.MAIL,
        "sink": ChannelKind.MAIL_FOLDER,
        "hook": ChannelKind.WEBHOOK,
        "war-room": ChannelKind.APPRISE,
        "notices": ChannelKind.FILES,
        "status-page": ChannelKind.STATUS_PAGE,
    }
    for name in channels.kinds:
        channel = channels.get(name)
        assert channel is not None
        assert channel.name == name
        assert _SECRET not in repr(vars(channel))
    assert channels.get("another") is None


def test_a_channel_serves_whom_it_may(tmp_path: Path) -> None:
    """The reasons are for people who draft: in words, before anything is approved."""
    channels = _load(tmp_path, _WHOLE)

    assert channels.refusal("client-mail", Audience.CLIENTS, attachments=True) is None
    assert channels.refusal("client-mail", Audience.STAFF) == (
        "the channel client-mail serves clients, counterparts only, not staff"
    )
    assert "carries no attachments" in str(
        channels.refusal("hook", Audience.VENDOR, attachments=True)
    )
    assert "there is no channel fax; there are: client-mail, sink" in str(
        channels.refusal("fax", Audience.CLIENTS)
    )
    assert channels.refusal("sink", Audience.MANAGEMENT_BODY) is None
    for audience in Audience:
        public = audience in {Audience.CLIENTS, Audience.COUNTERPARTS, Audience.MEDIA}
        assert (channels.refusal("status-page", audience) is None) is public


def _mail(**changes: str) -> str:
    fields = {"kind": "mail", "host": "smtp.bank.example", "sender": "a@bank.example", **changes}
    inner = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    return f"channels:\n  out:\n{inner}"


def _one(text: str) -> str:
    return f"channels:\n  out: {text}\n"


_MISTAKES = {
    "no kind": (_one("{host: a}"), "out", "kind"),
    "unknown kind": (_one("{kind: fax}"), "out", "kind"),
    "unknown field": (_mail(hots=_SECRET), "out", "hots"),
    "no host": (_one("{kind: mail, sender: a@bank.example}"), "out", "host"),
    "host": (_mail(host=f'"{_SECRET}\\r\\n"'), "out", "host"),
    "port": (_mail(port="70000"), "out", "port"),
    "security": (_mail(security=_SECRET), "out", "security"),
    "password alone": (_mail(password=_SECRET), "out", "password"),
    "password is a number": (_mail(user="a", password=f"{10**7}"), "out", "password"),
    "password without TLS": (_mail(user="a", password=_SECRET, security="none"), "out", "security"),
    "sender": (_mail(sender=f'"{_SECRET} @"'), "out", "sender"),
    "sender with a line break": (_mail(sender='"a@b.test\\nBcc: c@d.test"'), "out", "sender"),
    "authorities": (_mail(authorities_file="/nowhere.pem"), "out", "authorities_file"),
    "timeout": (_mail(timeout_seconds="0"), "out", "timeout_seconds"),
    "audience": (_mail(audiences=f"[{_SECRET}]"), "out", "audiences.0"),
    "no audience": (_mail(audiences="[]"), "out", "audiences"),
    "name": ("channels:\n  Out Here: {kind: files}\n", "Out Here", "name"),
    "http": (
        _one(f"{{kind: webhook, url: 'http://a.test/{_SECRET}', secrets: [{_SIGNING}]}}"),
        "out",
        "url",
    ),
    "no URL": (_one(f"{{kind: webhook, url: {_SECRET}, secrets: [{_SIGNING}]}}"), "out", "url"),
    "no secret": (_one("{kind: webhook, url: 'https://a.test/', secrets: []}"), "out", "secrets"),
    "short secret": (
        _one("{kind: webhook, url: 'https://a.test/', secrets: [whsec_cDRzc3cwcmQ=]}"),
        "out",
        "secrets.0",
    ),
    "plain secret": (
        _one(f"{{kind: webhook, url: 'https://a.test/', secrets: [{_SECRET * 4}]}}"),
        "out",
        "secrets.0",
    ),
    "repeatable for clients": (
        _one("{kind: apprise, url: 'json://a.test', repeatable: true, audiences: [clients]}"),
        "out",
        "repeatable",
    ),
    "repeatable for all": (
        _one("{kind: apprise, url: 'json://a.test', repeatable: true}"),
        "out",
        "repeatable",
    ),
    "no service": (_one(f"{{kind: apprise, url: 'no://{_SECRET}'}}"), "out", "url"),
    "internal on the page": (
        _one("{kind: status_page, audiences: [staff]}"),
        "out",
        "audiences",
    ),
}


@pytest.mark.parametrize(("text", "channel", "field"), _MISTAKES.values(), ids=_MISTAKES)
def test_a_mistake_is_told_by_channel_and_field(
    tmp_path: Path, text: str, channel: str, field: str
) -> None:
    """At the start, not when something should leave; and without the value."""
    with pytest.raises(InvalidInput) as refused:
        _load(tmp_path, text)

    error = refused.value
    assert (error.fields["channel"], error.fields["field"]) == (channel, field)
    assert f"channel {channel}: {field}: " in error.message
    assert _SECRET not in error.message
    assert error.__cause__ is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "channels:",
        "channels: {}",
        "channels: [a]",
        f"channels:\n  out: {{kind: mail, password: *{_SECRET}}}",
        f"channels:\n  out: {{kind: mail, password: !{_SECRET} a}}",
        f"channels:\n  out: {{kind: mail, password: @{_SECRET}}}",
        f"channels:\n  out:\n    password: {_SECRET}\n    password: other",
        f"channels: {{out: [{_SECRET}}}",
        f"channels:\n  out: {_SECRET}",
        _SECRET,
        b"\xff\xfe\x00",
        b"channels: \x01",
        b"a" * (1024 * 1024 + 1),
    ],
)
def test_a_file_that_is_no_file_of_channels_is_refused(tmp_path: Path, text: str | bytes) -> None:
    """Without a line of it: any may hold a secret."""
    with pytest.raises(InvalidInput) as refused:
        _load(tmp_path, text)

    assert "channels.yaml" in refused.value.message
    assert _SECRET not in refused.value.message


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The defaults would send elsewhere than meant."""
    with pytest.raises(InvalidInput, match="HOLDFAST_CHANNELS_FILE"):
        load_channels(Settings(state_folder=tmp_path, channels_file=tmp_path / "none.yaml"))


def test_a_mail_server_is_used_as_safely_as_can_be() -> None:
    """Submission with TLS, under our own domain, unless the file says otherwise."""
    given = {"kind": "mail", "host": "smtp.bank.example", "sender": "A <a@bank.example>"}
    access = MailSettings.model_validate(given).access
    assert (access.port, access.security, access.introduced_as) == (587, "starttls", "bank.example")
    assert MailSettings.model_validate({**given, "security": "tls"}).access.port == 465
    assert MailSettings.model_validate({**given, "security": "none"}).access.port == 25
    assert MailSettings.model_validate({**given, "port": 2525}).access.port == 2525


def test_the_documented_file_is_right(tmp_path: Path) -> None:
    """Whoever copies it out of the documentation begins with something that works."""
    page = Path(__file__).resolve().parents[3] / "docs" / "communications.md"
    (text,) = re.findall(r"```yaml\n(channels:.*?)```", page.read_text(), re.DOTALL)

    kinds = set(_load(tmp_path, text).kinds.values())
    assert kinds == set(ChannelKind) - {ChannelKind.MAIL_FOLDER}

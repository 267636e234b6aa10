"""`holdfast channel`: the ways out for communications, listed and tried.

Each command imports what it needs when it runs, so that every other one starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.domain.communication.kinds import ChannelKind
from holdfast.errors import InvalidInput, NotFound
from holdfast.settings import load_settings

if TYPE_CHECKING:
    from holdfast.channels import Answer, Channel, Outgoing

__all__ = ["channel"]

channel = typer.Typer(name="channel", help="The channels for communications.", no_args_is_help=True)

_TELLS = {
    ChannelKind.MAIL: "tells each recipient; not afterwards",
    ChannelKind.MAIL_FOLDER: "tells, also afterwards",
    ChannelKind.FILES: "tells, also afterwards",
    ChannelKind.WEBHOOK: "tells; not afterwards, but a repeat has the same id",
    ChannelKind.APPRISE: "tells yes or no; not afterwards",
    ChannelKind.STATUS_PAGE: "is published by its record",
}
_SAID = {
    "taken": "taken",
    "refused": "refused for good",
    "not_now": "not taken; it may be sent again",
    "unknown": "unknown: it may have arrived, look there by hand",
}
_TRIAL = "This is a trial of a channel. It says nothing about any incident."


@channel.command("list")
def list_command() -> None:
    """Show each channel: its kind, whom it serves, and what it can tell."""
    from holdfast.channels import load_channels

    channels = load_channels(load_settings())
    for name, kind in channels.kinds.items():
        found = channels.get(name)
        served = found.audiences if found is not None else None
        whom = "everybody" if served is None else ", ".join(sorted(served))
        typer.echo(f"{name}: {kind}\n    serves {whom}; {_TELLS[kind]}")


@channel.command("try")
def try_command(
    name: Annotated[str, typer.Argument(help="A channel of `list`.")],
    to: Annotated[str | None, typer.Option("--to", help="An address, for mail.")] = None,
) -> None:
    """Send one message of no meaning by a channel, and say what came of it."""
    from holdfast.channels import load_channels

    channels = load_channels(load_settings())
    found = channels.get(name)
    if found is None:
        message = f"there is no channel {name}; there are: {', '.join(channels.kinds)}"
        raise NotFound(message)
    if found.kind.addressed and to is None:
        message = f"the channel {name} ({found.kind}) needs an address: --to ADDRESS"
        raise InvalidInput(message)
    with found.session() as session:
        answer = session.send(_trial(found, to))
    typer.echo(f"{name}: {_words(answer)}")
    if answer.outcome != "taken":
        raise typer.Exit(1)


def _trial(tried: Channel, to: str | None) -> Outgoing:
    import uuid
    from datetime import UTC, datetime

    from holdfast.channels import Outgoing
    from holdfast.domain.values import digest_of

    return Outgoing(
        key=f"channel-trial/{uuid.uuid4()}",
        number=0,
        address=to if tried.kind.addressed else None,
        message_id="channel-trial",
        digest=digest_of(_TRIAL),
        subject=f"Holdfast: trial of the channel {tried.name}",
        body=_TRIAL,
        language="en",
        attachments=(),
        released_at=datetime.now(UTC),
        incident="none",
        purpose="trial",
        audience="trial",
    )


def _words(answer: Answer) -> str:
    said = _SAID[answer.outcome]
    given = f" (its id: {answer.channel_id})" if answer.channel_id else ""
    because = f": {answer.because}" if answer.because else ""
    return f"{said}{given}{because}"

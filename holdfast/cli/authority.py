"""`holdfast authority`: the ways to competent authorities, listed and tried.

Each command imports what it needs when it runs, so that every other one starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.errors import NotFound
from holdfast.settings import load_settings

if TYPE_CHECKING:
    from holdfast.channels.authorities import AuthorityAnswer, AuthorityChannel, Submission

__all__ = ["authority"]

authority = typer.Typer(
    name="authority", help="The ways to competent authorities.", no_args_is_help=True
)

_SAID = {
    "taken": "taken",
    "refused": "refused for good",
    "not_now": "not taken; it may be sent again",
    "unknown": "unknown: it may have arrived",
}
_TRIAL = "This is a trial of a connection. It is no report, and says nothing of any incident."
_MOST_SHOWN = 2_000


@authority.command("list")
def list_command() -> None:
    """Show each authority: how it is reached, in which formats, and what stands in the way."""
    from holdfast.channels.authorities import load_authorities

    for name, channel in load_authorities(load_settings()).all.items():
        formats = ", ".join(channel.formats)
        typer.echo(f"{name}: {channel.kind}, {formats}\n    {channel.title}")
        if fault := channel.fault():
            typer.echo(f"    nothing can be sent from here: {fault}")


@authority.command("try")
def try_command(name: Annotated[str, typer.Argument(help="An authority of `list`.")]) -> None:
    """Hand over one document that says that it is a trial, and say what came of it.

    It is in the formats of the authority by name only, so an interface may well refuse it: then it
    was reached, and has known us.
    """
    import asyncio

    from holdfast.channels.authorities import load_authorities

    authorities = load_authorities(load_settings())
    found = authorities.get(name)
    if found is None:
        message = f"there is no authority {name}; there are: {', '.join(authorities.all) or 'none'}"
        raise NotFound(message)
    answer = asyncio.run(found.attempt_trial(_trial(found)))
    typer.echo(f"{name}: {_words(answer)}")
    if answer.said:
        typer.echo(_shown(answer.said))
    if answer.outcome != "taken":
        raise typer.Exit(1)


def _trial(channel: AuthorityChannel) -> Submission:
    import uuid
    from datetime import UTC, datetime

    from holdfast.channels.authorities import Submission
    from holdfast.domain.reporting.documents import AuthorityDocument, DocumentFormat
    from holdfast.domain.values import canonical_json, digest_of

    key = f"authority-trial/{uuid.uuid4()}"
    content = canonical_json({"trial": True, "says": _TRIAL})
    document = AuthorityDocument(DocumentFormat.JSON, "application/json", content)
    bare = Submission(
        key=key,
        chain="none",
        subject="TRIAL",
        kind="trial",
        digest=digest_of(_TRIAL),
        approved_at=datetime.now(UTC),
        documents=(),
    )
    return channel.named(bare, [document])


def _words(answer: AuthorityAnswer) -> str:
    said = _SAID[answer.outcome]
    given = f" (its reference: {answer.reference})" if answer.reference else ""
    because = f": {answer.because}" if answer.because else ""
    return f"{said}{given}{because}"


def _shown(said: bytes) -> str:
    text = said[:_MOST_SHOWN].decode(errors="replace")
    return "".join(each if each.isprintable() or each == "\n" else " " for each in text).rstrip()

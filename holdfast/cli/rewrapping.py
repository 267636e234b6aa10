"""`holdfast rewrap`: the keys of personal data wrapped under another key-encryption key.

The older key's file stays until nothing in the database needs it, and is destroyed by hand: with
it ends what older copies of the database can be read with.
"""

from __future__ import annotations

import asyncio

import typer

from holdfast.errors import Unavailable
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.settings import Settings, load_settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.store.people.personal_data import rewrap

__all__ = ["rewrap_command"]


def rewrap_command(*, new_key: bool) -> None:
    """Wrap every person's key under the present key-encryption key, or under a new one.

    Raises:
        Fatal: the file of a key is missing or damaged.
        Unavailable: the database does not answer.
    """
    settings = load_settings()
    keyring = KeyEncryptionKeys(settings.personal_data_key_file)
    if new_key:
        keyring.rotate()
    wrapped = asyncio.run(_rewrap_all(settings, keyring))
    typer.echo(f"{wrapped} key(s) wrapped anew, under {keyring.current.id}")
    for file in keyring.older_files():
        # A report that was being taken in meanwhile may have read the older key just before.
        todo = "run `holdfast rewrap` again" if wrapped or new_key else "destroy it"
        typer.echo(f"{file} wraps no more: {todo}")


async def _rewrap_all(settings: Settings, keyring: KeyEncryptionKeys) -> int:
    engine = create_engine(database_urls(settings).application, part="rewrap")
    total = 0
    try:
        while True:
            # A thousand a transaction: one that breaks off has lost nothing, and the next goes on.
            async with engine.begin() as connection:
                done = await rewrap(connection, keyring)
            total += done
            if not done:
                return total
    except OSError as error:
        message = f"the database does not answer ({error}): start it with `holdfast up`"
        raise Unavailable(message) from error
    finally:
        await engine.dispose()

"""The tokens of an installation on one machine: made at the first start, one a role and person.

They stand in a file that only its owner can read; the database keeps hashes. File and rows belong
together: where one of them is lost, the tokens are revoked and made anew.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from holdfast.domain.roles import Role
from holdfast.store.access_tokens import new_token, split_token

__all__ = ["LocalToken", "ensure_local_tokens", "read_local_tokens"]

# Two of the roles that four eyes need most are held by two people each.
_HOLDERS: dict[str, Role] = {
    "responder": Role.RESPONDER,
    "responder-2": Role.RESPONDER,
    "incident_commander": Role.INCIDENT_COMMANDER,
    "incident_commander-2": Role.INCIDENT_COMMANDER,
    "compliance": Role.COMPLIANCE,
    "legal": Role.LEGAL,
    "management_body": Role.MANAGEMENT_BODY,
    "vendor_manager": Role.VENDOR_MANAGER,
    "auditor": Role.AUDITOR,
    "alert_source": Role.ALERT_SOURCE,
}
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('holdfast/local-tokens'))"


@dataclass(frozen=True, slots=True)
class LocalToken:
    """A token of this machine, and whose it is."""

    token: str
    actor: str
    roles: tuple[Role, ...]


def read_local_tokens(tokens_file: Path) -> dict[str, LocalToken]:
    """Read the tokens by label; empty where the file is missing or is not what we write."""
    try:
        document = json.loads(tokens_file.read_text())
        return {
            label: LocalToken(
                entry["token"], entry["actor"], tuple(Role(role) for role in entry["roles"])
            )
            for label, entry in document.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


async def ensure_local_tokens(migration_url: str, tokens_file: Path) -> None:
    """Make the local tokens where they are missing; keep them where file and rows agree.

    A crash after the commit and before the file is in place leaves rows without a file: the next
    start revokes them, as nobody has ever seen those tokens.
    """
    connection = await asyncpg.connect(migration_url)
    try:
        async with connection.transaction():
            await connection.execute(_ONE_AT_A_TIME)
            if await _agree(connection, tokens_file):
                return
            await _revoke(connection)
            tokens = {
                label: await _create(connection, label, role) for label, role in _HOLDERS.items()
            }
        _write(tokens_file, tokens)
    finally:
        await connection.close()


async def _agree(connection: asyncpg.Connection, tokens_file: Path) -> bool:
    tokens = read_local_tokens(tokens_file)
    if not set(_HOLDERS) <= set(tokens):
        return False
    ids = {parts[0] for token in tokens.values() if (parts := split_token(token.token))}
    valid = await connection.fetchval(
        "SELECT count(*) FROM access.token WHERE token_id = ANY($1) AND revoked_at IS NULL",
        list(ids),
    )
    return bool(valid == len(tokens))


async def _revoke(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "UPDATE access.token SET revoked_at = clock_timestamp() WHERE local AND revoked_at IS NULL"
    )


async def _create(connection: asyncpg.Connection, label: str, role: Role) -> LocalToken:
    kind = "source" if role is Role.ALERT_SOURCE else "person"
    actor = f"{kind}-{secrets.token_hex(4)}"
    token = new_token()
    await connection.execute(
        "INSERT INTO access.token (token_id, secret_hash, actor_id, roles, local)"
        " VALUES ($1, $2, $3, $4, true)",
        token.token_id,
        token.secret_hash,
        actor,
        [str(role)],
    )
    await connection.execute(
        "INSERT INTO access.identity (actor_id, name, contact) VALUES ($1, $2, NULL)",
        actor,
        f"Holder of the local token '{label}'",
    )
    return LocalToken(token.text, actor, (role,))


def _write(tokens_file: Path, tokens: dict[str, LocalToken]) -> None:
    document = {
        label: {"token": token.token, "actor": token.actor, "roles": list(token.roles)}
        for label, token in tokens.items()
    }
    tokens_file.parent.mkdir(parents=True, exist_ok=True)
    draft = tokens_file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    # Created private, then moved into place: at no moment can another user read it.
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(tokens_file)

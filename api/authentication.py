"""Who calls: a bearer token, looked up before anything else of the request is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from api.platform import platform_of
from api.problem_catalogue import DoorCode
from api.problems import Problem
from holdfast.domain.roles import Actor, Role
from holdfast.store.access_tokens import Caller

__all__ = [
    "EVIDENCE_ROLES",
    "AnyReader",
    "ReadingCaller",
    "acting_as",
    "allow",
    "authenticate",
    "require_role",
]

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="holdfast"'}

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="accessToken",
    description="An access token of this installation: `hf_…`. Each carries its roles.",
)


async def authenticate(request: Request) -> None:
    """Find the caller by the token, for all that follows.

    Raises:
        Problem: there is no token, or it is not valid.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        detail = "the request carries no bearer token"
        raise Problem(DoorCode.UNAUTHENTICATED, detail, headers=_CHALLENGE)
    caller = await platform_of(request).tokens.find(token.strip())
    if caller is None:
        detail = "the token is unknown or revoked"
        challenge = {"WWW-Authenticate": _CHALLENGE["WWW-Authenticate"] + ', error="invalid_token"'}
        raise Problem(DoorCode.UNAUTHENTICATED, detail, headers=challenge)
    request.state.caller = caller


def allow(*roles: Role) -> Callable[..., Awaitable[Caller]]:
    """Make the dependency that lets callers with one of these roles in."""

    async def permitted(request: Request, _: Annotated[object, Security(_bearer)] = None) -> Caller:
        caller: Caller = request.state.caller
        require_role(caller, *roles)
        return caller

    return permitted


def require_role(caller: Caller, *roles: Role) -> None:
    """Refuse whoever has none of these roles.

    Raises:
        Problem: so it is.
    """
    if not set(caller.roles) & set(roles):
        detail = f"this needs one of the roles {', '.join(roles)}"
        raise Problem(DoorCode.NOT_ALLOWED, detail, roles=[str(role) for role in roles])


def acting_as(caller: Caller, preferred: Role | None, *entitled: Role) -> Actor:
    """Say as whom the caller acts: the role asked for, else the first that may do it.

    Raises:
        Problem: the caller asks for a role that the token does not carry.
    """
    if preferred is not None:
        if preferred not in caller.roles:
            detail = f"the token does not carry the role {preferred}"
            raise Problem(DoorCode.NOT_ALLOWED, detail, roles=[str(role) for role in caller.roles])
        return Actor(id=caller.actor_id, role=preferred)
    fitting = [role for role in caller.roles if role in entitled]
    return Actor(id=caller.actor_id, role=(fitting or list(caller.roles))[0])


_NOT_READING = {Role.ALERT_SOURCE, Role.SYSTEM, Role.VENDOR}
READING_ROLES = tuple(role for role in Role if role not in _NOT_READING)
"""Whoever takes part in the process may read the incidents; an alert source only delivers."""

EVIDENCE_ROLES = (
    Role.AUDITOR,
    Role.COMPLIANCE,
    Role.INCIDENT_COMMANDER,
    Role.MANAGEMENT_BODY,
)
"""Whoever has to judge the process may read the evidence; who works in it reads the timeline."""

ReadingCaller = Annotated[Caller, Depends(allow(*READING_ROLES))]
"""A route's parameter for a caller who may read."""

AnyReader = Depends(allow(*READING_ROLES))
"""The same, for a route that need not know who it is."""

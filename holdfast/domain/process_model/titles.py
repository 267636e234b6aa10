"""Roles as the process says them to people."""

from __future__ import annotations

from holdfast.domain.roles import Role

__all__ = ["role_title"]

_OTHER = {Role.SYSTEM: "By rule, without people", Role.VENDOR_MANAGER: "Provider manager"}


def role_title(role: Role) -> str:
    """The role in words."""
    return _OTHER.get(role, str(role).replace("_", " ").capitalize())

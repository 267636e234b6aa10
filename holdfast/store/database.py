"""Connections to PostgreSQL: one engine a process, made by its composition root."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

__all__ = ["COMMAND_TIMEOUT_SECONDS", "create_engine"]

COMMAND_TIMEOUT_SECONDS = 8
"""Below the activities' start-to-close timeout, so that no statement outlives its attempt."""


def create_engine(url: str, *, pool_size: int = 10, part: str = "holdfast") -> AsyncEngine:
    """Create the engine for a `postgresql://` URL; `part` names it in pg_stat_activity."""
    arguments: dict[str, Any] = {
        "command_timeout": COMMAND_TIMEOUT_SECONDS,
        "server_settings": {"application_name": f"holdfast-{part}", "timezone": "UTC"},
    }
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        # An error would quote the values, which may be personal data; logs keep errors.
        hide_parameters=True,
        # The connections last used have the statements prepared that are used most.
        pool_use_lifo=True,
        connect_args=arguments,
        # Sorted keys: a projection rebuilt tomorrow has the same bytes as the one written today.
        json_serializer=lambda value: json.dumps(value, sort_keys=True, ensure_ascii=False),
    )

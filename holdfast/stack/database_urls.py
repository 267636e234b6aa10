"""Where the database is, and as whom: the embedded one unless the settings name another."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.settings import Settings
from holdfast.stack.embedded_postgres import embedded_url

__all__ = ["DatabaseUrls", "database_urls"]


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """Plain `postgresql://` URLs, one a role."""

    application: str
    """For the worker and the API: a role that cannot change evidence."""
    migration: str
    """For the role that owns the tables."""


def database_urls(settings: Settings) -> DatabaseUrls:
    """Return the URLs of this installation.

    Where only the application's URL is set, migrations use it as well; they then say themselves
    which right is missing.
    """
    if settings.database_url is None:
        return DatabaseUrls(
            application=embedded_url(settings.state_folder, "holdfast_app"),
            migration=embedded_url(settings.state_folder, "postgres"),
        )
    return DatabaseUrls(
        application=settings.database_url,
        migration=settings.migration_database_url or settings.database_url,
    )

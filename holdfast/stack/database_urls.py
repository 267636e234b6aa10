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
    sequencer: str
    """For the sequencer: the only role that puts records into the log."""


def database_urls(settings: Settings) -> DatabaseUrls:
    """Return the URLs of this installation.

    Where only the application's URL is set, the others use it as well; they then say themselves
    which right is missing.
    """
    if settings.database_url is None:
        return DatabaseUrls(
            application=embedded_url(settings.state_folder, "holdfast_app"),
            migration=embedded_url(settings.state_folder, "postgres"),
            sequencer=embedded_url(settings.state_folder, "holdfast_sequencer"),
        )
    return DatabaseUrls(
        application=settings.database_url,
        migration=settings.migration_database_url or settings.database_url,
        sequencer=settings.sequencer_database_url or settings.database_url,
    )

"""The mails that a platform has left in its folder of mails."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from holdfast.settings import Settings

__all__ = ["sent_mails"]


def sent_mails(settings: Settings) -> dict[Path, EmailMessage]:
    """Read every mail, by its file."""
    folder = settings.outbox_folder / "mail"
    return {
        path: email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    }

"""A folder of mails that hangs at its first one, as a disk may: between looking and writing."""

from __future__ import annotations

import threading
from pathlib import Path

from holdfast.channels import Outgoing
from holdfast.channels.configuration import MailFolderSettings
from holdfast.channels.mail_folder import MailFolderChannel
from holdfast.channels.mime import MailWriter
from holdfast.domain.communication.mail_addresses import Mailbox

__all__ = ["HeldFolder"]


class HeldFolder(MailFolderChannel):
    """`held` once the first mail is under way, found to be none yet; it waits until `go_on`."""

    def __init__(self, folder: Path) -> None:
        """Write into that folder."""
        super().__init__("post", MailFolderSettings(kind="mail_folder"), folder)
        self.held, self.go_on = threading.Event(), threading.Event()

    def writer(self) -> MailWriter:
        """What writes its mails: the first such hangs, every later one does not."""
        if self.held.is_set():
            return super().writer()
        return _HeldWriter(self._sender, self.held, self.go_on)


class _HeldWriter(MailWriter):
    def __init__(self, sender: Mailbox, held: threading.Event, go_on: threading.Event) -> None:
        super().__init__(sender)
        self._held, self._go_on = held, go_on

    def write(self, outgoing: Outgoing, recipient: str) -> bytes:
        self._held.set()
        self._go_on.wait()
        return super().write(outgoing, recipient)

"""Mail addresses: which of them can be written to (RFC 5321 section 4.1.2, RFC 5890)."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Mailbox", "address_fault", "read_mailbox", "wire_address"]

_LONGEST_ADDRESS = 254
_LONGEST_LOCAL_PART = 64
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_MAILBOX = re.compile(r'(?P<name>[^<>"]*)<(?P<address>[^<>]+)>')


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody's address, with the name that is shown, if any."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]


def address_fault(address: str) -> str | None:
    """Why nothing can be sent to an address; None where it can. Does not repeat the address."""
    try:
        wire_address(address)
    except ValueError as error:
        return str(error)
    return None


def wire_address(address: str) -> str:
    """Write an address as mail servers know it: its domain in ASCII.

    Raises:
        ValueError: nothing can be sent to it; the message does not repeat it.
    """
    local_part, at, domain = address.rpartition("@")
    if not at:
        message = "there is no @ in the address"
        raise ValueError(message)
    if len(local_part) > _LONGEST_LOCAL_PART or not _LOCAL_PART.fullmatch(local_part):
        message = "what stands before the @ is no name of a mailbox in ASCII"
        raise ValueError(message)
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        ascii_domain = ""
    if not _DOMAIN.fullmatch(ascii_domain):
        message = "what stands behind the @ is no domain"
        raise ValueError(message)
    written = f"{local_part}@{ascii_domain}"
    if len(written) > _LONGEST_ADDRESS:
        message = f"the address has more than {_LONGEST_ADDRESS} characters"
        raise ValueError(message)
    return written


def read_mailbox(text: str) -> Mailbox:
    """Read `Name <address>` or an address alone.

    Raises:
        ValueError: it is neither.
    """
    found = _MAILBOX.fullmatch(text.strip())
    name, address = (found["name"].strip(), found["address"]) if found else ("", text.strip())
    if not name.isprintable():
        message = "a name has printable characters only"
        raise ValueError(message)
    return Mailbox(wire_address(address), name)

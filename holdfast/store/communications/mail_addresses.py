"""Addresses that mail can be sent to; what is not one is refused before a draft is made of it."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from holdfast.domain.communication.contact_points import MailAddress

__all__ = ["mail_address_fault"]

_ADDRESS = TypeAdapter[str](MailAddress)


def mail_address_fault(address: str) -> str | None:
    """Why nothing can be sent to an address (RFC 5321 section 4.1.2); None where it can.

    The answer does not repeat the address. Control characters and breaks of lines are in none.
    """
    try:
        _ADDRESS.validate_python(address)
    except ValidationError:
        return "it is no mail address, such as name@example.org"
    local_part = address.rpartition("@")[0]
    # RFC 5321 calls this a dot-string: mail servers refuse anything else that is not quoted.
    if local_part.startswith(".") or local_part.endswith(".") or ".." in local_part:
        return "what stands before the @ has a dot too many"
    return None

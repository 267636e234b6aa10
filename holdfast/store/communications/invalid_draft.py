"""A draft that is refused when it is composed, with the field that is wrong."""

from __future__ import annotations

from holdfast.errors import InvalidInput

__all__ = ["InvalidDraft"]


class InvalidDraft(InvalidInput):
    """What was asked of a draft cannot be met.

    `field` says where, such as `deliveries.0.channel`, and `reason` why. The message repeats no
    address: those are personal data, and belong into no log.
    """

    def __init__(self, message: str, field: str) -> None:
        """Take what is wrong, and the path of the field that it is wrong with."""
        pointer = f"/{field.replace('.', '/')}"
        errors = [{"pointer": pointer, "message": message}]
        super().__init__(f"{field}: {message}", field=field, errors=errors)
        self.field = field
        self.reason = message

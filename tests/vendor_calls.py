"""Calls of providers, as escalations ask for their messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.wishes import DraftWish, VendorCall
from holdfast.domain.third_party.naming import escalation_id
from tests.statements import NOON

__all__ = ["ENTRY", "UNTIL", "call_of", "calling"]

ENTRY = "third-party/INC-2026-000001/1#2"
"""The entry of the call."""

UNTIL = NOON + timedelta(days=7)


def call_of(incident_id: str, **changes: Any) -> VendorCall:  # noqa: ANN401 - a call's fields
    """The first call of a provider."""
    fields = {
        "escalation": escalation_id(incident_id, 1),
        "provider": "Nordcloud Beispiel",
        "contract": "NC-2024-001",
        "entry": ENTRY,
        "because": "Payments stand still.",
        "answer_until": UNTIL,
    }
    return VendorCall.model_validate(fields | changes)


def calling(incident_id: str, *deliveries: dict[str, Any], **changes: Any) -> DraftWish:  # noqa: ANN401 - as above
    """The wish of the message of such a call."""
    call = call_of(incident_id, **changes)
    return DraftWish.model_validate(
        {
            "purpose": Purpose.VENDOR_CALL if call.about else Purpose.VENDOR_REQUEST,
            "audience": Audience.VENDOR,
            "deliveries": deliveries,
            "call": call,
        }
    )

"""What the register knows of the affected services, laid beneath what people have stated."""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast.domain.facts import Fact, FactSheet, Quality
from holdfast.domain.roles import SYSTEM
from holdfast.dora.register import Register

__all__ = ["REGISTERED", "with_registered"]

REGISTERED = (
    *("supports_critical_function", "regulated_service", "clients_total", "counterparts_total"),
    *("transactions_daily_average", "transactions_daily_average_value"),
)
"""The facts of a service that stand in the register."""

_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""Nobody stated it at any time; this sheet is only judged on, never kept."""


def with_registered(sheet: FactSheet, register: Register | None) -> FactSheet:
    """The sheet with each registered fact that nobody has stated."""
    if register is None:
        return sheet
    source = f"register {register.version}"
    facts = dict(sheet.facts)
    for service in sheet.services:
        known = register.service(service)
        for name in REGISTERED if known else ():
            value, key = getattr(known, name), f"{name}@{service}"
            if value is not None and sheet.get(key) is None:
                facts[key] = Fact(
                    value=value,
                    quality=Quality.ACTUAL,
                    source=source,
                    stated_by=SYSTEM,
                    stated_at=_NO_MOMENT,
                )
    return FactSheet(services=sheet.services, facts=facts)

"""Documents of a register for tests: small, right, and to be made wrong in one place."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from holdfast.dora.register import Register

__all__ = ["BANK_LEI", "FIRM_LEI", "document", "document_with_terms", "entity", "problems", "terms"]

BANK_LEI = "EXMP00BEISPIELBANK86"
FIRM_LEI = "EXMP00PAIEMENTFRFR79"


def entity(**fields: object) -> dict[str, Any]:
    """A credit institution, with these fields otherwise."""
    return {
        "name": "Beispielbank AG",
        "lei": BANK_LEI,
        "type": "credit_institution",
        "home_member_state": "DE",
        "competent_authority": "BaFin",
        "nis2_essential_or_important": True,
        "microenterprise": False,
        "simplified_regime": False,
        **fields,
    }


def document() -> dict[str, Any]:
    """One bank, two functions of which one is critical, two services, a provider and contracts."""
    return {
        "name": "register",
        "version": "1",
        "entities": {"bank": entity()},
        "functions": {
            "F1": {
                "name": "Payments",
                "licensed_activity": "payment services",
                "entity": "bank",
                "critical_or_important": True,
            },
            "F2": {
                "name": "Meetings",
                "licensed_activity": "support functions",
                "entity": "bank",
                "critical_or_important": False,
            },
        },
        "services": {
            "payments": {
                "name": "Payments",
                "entity": "bank",
                "functions": ["F1", "F2"],
                "vendors": ["cloud"],
                "aliases": ["sct-inst"],
            },
            "wiki": {"name": "Wiki", "entity": "bank", "functions": ["F2"]},
        },
        "providers": {
            "cloud": {
                "name": "Cloud Ltd",
                "person": "legal_person",
                "code_type": "LEI",
                "code": "EXMP00NORDCLOUD00049",
                "country": "IE",
            }
        },
        "contracts": {
            "CA-1": {"type": "overarching", "provider": "cloud"},
            "CA-1/A": {"type": "subsequent", "overarching": "CA-1", "functions": ["F1"]},
        },
    }


def terms(**fields: object) -> dict[str, Any]:
    """The terms of a contract in office hours, with these fields otherwise."""
    times = {
        "acknowledge": "PT15M",
        "first_response": "PT30M",
        "update_every": "PT1H",
        "workaround": "PT2H",
        "restore": "PT4H",
    }
    window = {
        "time_zone": "Berlin",
        "weekdays": ["monday", "sunday"],
        "begin": "08:00",
        "end": "18:00",
    }
    rung = {"after": "PT0S", "title": "Desk", "contacts": ["desk"], "channel": "mail"}
    return {
        "services": ["payments"],
        "hours": {"windows": [window], "calendar": "closed"},
        "times": {severity: dict(times) for severity in ("SEV1", "SEV2", "SEV3", "SEV4")},
        "ladder": [rung, {**rung, "after": "PT1H", "contacts": ["lead"]}],
        **fields,
    }


def document_with_terms(**fields: object) -> dict[str, Any]:
    """The document with such terms in the subsequent contract, a calendar, and a time zone."""
    value = document()
    value["contracts"]["CA-1/A"] |= {"provider": "cloud", "terms": terms(**fields)}
    value["calendars"] = {
        "closed": {
            "first_year": 2026,
            "last_year": 2026,
            "holidays": [{"day": "2026-01-01", "name": "New Year"}],
        }
    }
    value["time_zones"] = {"Berlin": "CET-1CEST,M3.5.0,M10.5.0/3"}
    return value


def problems(value: object) -> dict[str, str]:
    """What is wrong with a document: the words by dotted path; nothing where it is right."""
    try:
        Register.model_validate(value)
    except ValidationError as error:
        return {
            ".".join(map(str, one["loc"])): one["msg"].removeprefix("Value error, ")
            for one in error.errors()
        }
    return {}

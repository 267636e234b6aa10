"""A schema like the one that authorities share: small, and with its traps.

Its draft is named by an address that is nearly the official one, and the rules of each stage stand
under `dependencies`, which that draft no longer knows.
"""

from __future__ import annotations

from typing import Any

__all__ = ["report_schema"]

_TEXT = {"type": "string", "minLength": 1, "maxLength": 32_767}
_PERCENTAGE = {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.1}


def report_schema() -> dict[str, Any]:
    """A new one each time, to be changed."""
    return {
        "$schema": "http://json-schema.org/draft/2020-12/schema#",
        "type": "object",
        "additionalProperties": False,
        "required": ["incidentSubmission", "submittingEntity", "affectedEntity", "incident"],
        "properties": {
            "incidentSubmission": {
                "enum": ["initial_notification", "intermediate_report", "final_report"]
            },
            "reportCurrency": {"enum": ["EUR", "SEK"]},
            "submittingEntity": {"$ref": "#/$defs/Entity"},
            "affectedEntity": {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/$defs/Entity"},
            },
            "ultimateParentUndertaking": {"$ref": "#/$defs/Entity"},
            "primaryContact": {"$ref": "#/$defs/Contact"},
            "secondaryContact": {"$ref": "#/$defs/Contact"},
            "incident": {"$ref": "#/$defs/Incident"},
            "impactAssessment": {"$ref": "#/$defs/Impact"},
            "informationDurationServiceDowntimeActualOrEstimate": _TEXT,
            "reportingToOtherAuthorities": {"type": "array", "items": _TEXT},
            "reportingToOtherAuthoritiesOther": _TEXT,
        },
        "dependencies": {
            "incidentSubmission": {
                "oneOf": [
                    {"properties": {"incidentSubmission": {"enum": ["initial_notification"]}}},
                    {
                        "properties": {
                            "incidentSubmission": {"enum": ["intermediate_report"]},
                            "incident": {"required": ["incidentDescription", "incidentType"]},
                        },
                        "required": ["impactAssessment"],
                    },
                    {
                        "properties": {
                            "incidentSubmission": {"enum": ["final_report"]},
                            "incident": {"required": ["incidentDescription", "incidentType"]},
                        }
                    },
                ]
            }
        },
        "$defs": {
            "Entity": {
                "type": "object",
                "required": ["entityType"],
                "properties": {
                    "entityType": _TEXT,
                    "LEI": {"type": "string", "pattern": "^[A-Z0-9]{18}[0-9]{2}$"},
                    "affectedEntityType": {"type": "array", "minItems": 1},
                },
                "dependencies": {
                    "entityType": {
                        "oneOf": [
                            {
                                "properties": {"entityType": {"const": "SUBMITTING_ENTITY"}},
                                "required": ["name"],
                                "anyOf": [{"required": ["LEI"]}, {"required": ["code"]}],
                            },
                            {
                                "properties": {"entityType": {"const": "AFFECTED_ENTITY"}},
                                "required": ["affectedEntityType"],
                            },
                            {
                                "properties": {
                                    "entityType": {"const": "ULTIMATE_PARENT_UNDERTAKING_ENTITY"}
                                }
                            },
                        ]
                    }
                },
            },
            "Contact": {
                "type": "object",
                "properties": {"name": _TEXT, "email": {"format": "email"}, "phone": _TEXT},
                "dependencies": {"phone": ["name"]},
            },
            "Incident": {
                "type": "object",
                "required": ["incidentDescription", "classificationTypes"],
                "properties": {
                    "incidentDescription": _TEXT,
                    "incidentDuration": {
                        "type": "string",
                        "pattern": "^\\d{1,3}:(?:[01]\\d|2[0-3]):[0-5]\\d$",
                    },
                    "classificationTypes": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"required": ["classificationCriterion"]},
                    },
                    "grossAmountIndirectDirectCosts": {"type": "number", "minimum": 0},
                },
            },
            "Impact": {
                "type": "object",
                "properties": {
                    "affectedAssets": {
                        "properties": {
                            name: {
                                "properties": {
                                    "number": {"type": "integer"},
                                    "percentage": _PERCENTAGE,
                                }
                            }
                            for name in (
                                *("affectedClients", "affectedFinancialCounterparts"),
                                "affectedTransactions",
                            )
                        }
                    }
                },
            },
        },
    }

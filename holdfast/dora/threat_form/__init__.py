"""The notification of a significant cyber threat (2025/302, Annex III and IV; DORA Art. 19(2))."""

from __future__ import annotations

from holdfast.dora.threat_form.catalogue import (
    THREAT_CONTACT_FIELDS,
    THREAT_FIELDS,
    ThreatField,
    threat_field,
)
from holdfast.dora.threat_form.completeness import ThreatGap, check_threat_value, threat_gaps
from holdfast.dora.threat_form.json_form import render_threat_json

__all__ = [
    "THREAT_CONTACT_FIELDS",
    "THREAT_FIELDS",
    "ThreatField",
    "ThreatGap",
    "check_threat_value",
    "render_threat_json",
    "threat_field",
    "threat_gaps",
]

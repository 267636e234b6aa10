"""The escalations of an incident as its bundle tells them: their oversight files, from its records.

What is withheld is not in them; of an escalation whose records are all withheld there is no file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from holdfast.evidence.bundle.contents import BundledRecord
from holdfast.evidence.entry import entry_from_bytes
from holdfast.evidence.oversight.building import oversight_file
from holdfast.evidence.oversight.chain import escalations_in, is_needed
from holdfast.evidence.oversight.document import OversightFile

__all__ = ["told_escalations"]


def told_escalations(records: Sequence[BundledRecord], kinds: Sequence[str]) -> list[OversightFile]:
    """Make the files, the first escalation first; `kinds` are the records' kinds, in their order.

    Most incidents have none: their thousands of records are not read once more.
    """
    if not any(kind.startswith("third_party.") for kind in kinds):
        return []
    entries = [
        entry_from_bytes(record.body)
        for record, kind in zip(records, kinds, strict=True)
        if record.body is not None and is_needed(kind, json.loads(record.leaf)["record"])
    ]
    return [oversight_file(entries, number) for number in escalations_in(entries)]

"""What `tests/golden/dora-clocks.json` holds: run this module to write it anew.

python -m tests.golden_deadlines
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.deadline_examples import examples
from tests.deadline_oracle import deadlines
from tests.refused_deadlines import refused

__all__ = ["GOLDEN", "golden_text"]

GOLDEN = Path(__file__).resolve().parent / "golden" / "dora-clocks.json"

_HEAD: dict[str, Any] = {
    "about": (
        "When the reports of a major ICT-related incident are due under Delegated Regulation (EU)"
        " 2025/301 Art. 5. Each of `cases` has an input (`case`) and what it must be answered with"
        " (`expected`). Each of `refused` has an input that cannot be, and the field that the"
        " refusal must name. Texts for people (`because`, `relief.reason`) are free and left out."
    ),
    "computed_by": (
        "A walk minute by minute and day by day over public holidays written down by hand"
        " (tests/deadline_oracle.py, tests/public_holidays_by_hand.py); the wall clock is that of"
        " the IANA time zone database. No package of holidays and no code of the product is used."
    ),
    "licence": "CC0-1.0: test your own product with it.",
    "sources": [
        "Delegated Regulation (EU) 2025/301 Art. 5",
        "Implementing Regulation (EU) 2025/302 Art. 2 and field 1.4 (the types)",
        "Directive (EU) 2022/2555 Art. 3 (essential and important entities)",
        "Directive 2000/84/EC (summer time)",
        "the laws of the Member States on public holidays",
    ],
    "readings": [
        (
            "The text of the law has no time zone: days and noon are those of the capital of "
            "the Member State of the reporting entity."
        ),
        (
            "Hours are elapsed hours from the exact instant, seconds included. Exactly 24 h "
            "between awareness and classification is Art. 5(1)(a)."
        ),
        (
            "A month is a calendar month of local time: the same date and time of day, or the "
            "last day of a shorter month. A time of day that the spring change leaves out is "
            "that of the clock before the change; of one that comes twice the first counts."
        ),
        (
            "Relief is for a limit that falls on a weekend or a public holiday of the whole "
            "state, or of the given part of it. Days in lieu of a holiday on a weekend are in "
            "no example, nor are days that a law treats as a holiday for other purposes only."
        ),
        (
            "Whether an entity is essential or important under Art. 3 of 2022/2555 may be "
            "unknown (null): nobody may rely on relief then."
        ),
        (
            "A decision under Art. 5(6) withdraws the relief of the initial notification and "
            "of the intermediate report from incidents reported on a later local day than it "
            "was notified. What is not yet reported counts as reported at the limit that "
            "relief would give."
        ),
        "Intermediate reports may be named in any order; the latest counts.",
        ("Recovery moves no limit: the updated report that it calls for has no fixed instant."),
    ],
}


def golden_text() -> str:
    """The file: a head, and each example on a line of its own."""
    head = json.dumps(_HEAD, indent=2).removesuffix("\n}")
    answered = [
        {"name": name, "why": why, "case": case, "expected": deadlines(case)}
        for name, why, case in examples()
    ]
    return f'{head},\n  "cases": {_lines(answered)},\n  "refused": {_lines([*refused()])}\n}}\n'


def _lines(documents: list[dict[str, Any]]) -> str:
    return "[\n    " + ",\n    ".join(json.dumps(each) for each in documents) + "\n  ]"


if __name__ == "__main__":
    GOLDEN.write_text(golden_text(), encoding="utf-8")

"""Collecting findings: in plain words, without control characters, and not without end."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.evidence.check_report import MOST_FINDINGS_KEPT, Finding, FindingCode

__all__ = ["Findings"]

_LONGEST = 500


class Findings:
    """The findings of one check: the first ones, and how many there are."""

    def __init__(self, kept: Iterable[Finding] = (), count: int = 0) -> None:
        """Go on from those that were found before."""
        self.kept = list(kept)
        self.count = count

    def add(
        self,
        code: FindingCode,
        about: str,
        words: str,
        *,
        record: str | None = None,
        index: int | None = None,
    ) -> None:
        """Note a finding."""
        self.count += 1
        if len(self.kept) < MOST_FINDINGS_KEPT:
            name = None if record is None else _printable(record)
            found = Finding(
                code=code,
                about=_printable(about),
                words=_printable(words),
                record=name,
                index=index,
            )
            self.kept.append(found)


def _printable(text: str) -> str:
    """Keep what a tampered name may hold away from terminals and from the record of the check."""
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return clean if len(clean) <= _LONGEST else f"{clean[: _LONGEST - 1]}…"

"""Cells of a row as values of the register, in all spellings that the templates have had.

The closed lists are those of Annex I of Implementing Regulation (EU) 2024/2956, by number or by
words, and by the codes of the EBA's reporting framework, such as `eba_BT:x28`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from holdfast.dora.register import ContractType, PersonType, is_lei
from holdfast.store.register_files import Problem
from holdfast.store.register_import.csv_table import Row, Table

__all__ = ["CODE_TYPES", "CONTRACT_TYPES", "CRITICALITY", "PERSON_TYPES", "Cells"]

_Choice = TypeVar("_Choice")

NOT_KNOWN = "9999-12-31"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WHOLE = re.compile(r"[0-9]{1,9}")
_COUNTRY = re.compile(r"(?:eba_GA:)?([A-Z]{2})")

CRITICALITY: Mapping[str, str] = {
    "1": "yes",
    "yes": "yes",
    "eba_bt:x28": "yes",
    "2": "no",
    "no": "no",
    "eba_bt:x29": "no",
    "3": "not performed",
    "assessment not performed": "not performed",
    "eba_bt:x21": "not performed",
}
"""B_06.01: whether a function is critical or important."""

CONTRACT_TYPES: Mapping[str, ContractType] = {
    "1": ContractType.STANDALONE,
    "standalone arrangement": ContractType.STANDALONE,
    "eba_co:x1": ContractType.STANDALONE,
    "2": ContractType.OVERARCHING,
    "overarching arrangement": ContractType.OVERARCHING,
    "overarching / master contractual arrangement": ContractType.OVERARCHING,
    "eba_co:x2": ContractType.OVERARCHING,
    "3": ContractType.SUBSEQUENT,
    "subsequent or associated arrangement": ContractType.SUBSEQUENT,
    "eba_co:x3": ContractType.SUBSEQUENT,
}
"""B_02.01.0020."""

PERSON_TYPES: Mapping[str, PersonType] = {
    "1": PersonType.LEGAL_PERSON,
    "legal person, excluding individuals acting in business capacity": PersonType.LEGAL_PERSON,
    "legal person, excluding individual acting in a business capacity": PersonType.LEGAL_PERSON,
    "eba_ct:x212": PersonType.LEGAL_PERSON,
    "2": PersonType.INDIVIDUAL,
    "individual acting in a business capacity": PersonType.INDIVIDUAL,
    "eba_ct:x213": PersonType.INDIVIDUAL,
}
"""B_05.01.0070."""

_KINDS = ("LEI", "EUID", "CRN", "VAT", "PNR", "NIN")

CODE_TYPES: Mapping[str, str] = {kind.lower(): kind for kind in _KINDS} | {
    "eba_qco:qx2000": "LEI",
    "eba_qco:qx2001": "NIN",
    "eba_qco:qx2002": "EUID",
    "eba_qco:qx2003": "CRN",
    "eba_qco:qx2004": "VAT",
    "eba_qco:qx2005": "PNR",
}
"""B_05.01.0020, 0040 and 0120, without the country that the form of 2024 puts before `CRN`."""


@dataclass(slots=True)
class Cells:
    """One row while it is read: every wrong cell adds a problem, and gives no value."""

    table: Table
    row: Row
    problems: list[Problem] = field(default_factory=list)

    def text(self, column: str, name: str, *, mandatory: bool = True) -> str | None:
        """The text of a cell; None where it is empty or not applicable."""
        value = self.row.cells.get(column, "")
        if value.lower() in {"", "not applicable"}:
            if mandatory:
                self.wrong(column, f"the {name} is missing")
            return None
        return value

    def choice(
        self, column: str, name: str, among: Mapping[str, _Choice], *, mandatory: bool = True
    ) -> _Choice | None:
        """The option of a closed list that the cell names."""
        value = self.text(column, name, mandatory=mandatory)
        if value is None:
            return None
        key = " ".join(value.rstrip(";. ").lower().split())
        if key not in among:
            self.wrong(column, f"'{value}' is no {name}; known: {', '.join(among)}")
        return among.get(key)

    def code_type(self, column: str, *, mandatory: bool = True) -> tuple[str | None, str | None]:
        """The type of a code, and the country that issued it where the cell names one."""
        value = self.text(column, "type of code", mandatory=mandatory)
        if value is None:
            return None, None
        country, _, kind = value.rpartition("_")
        if len(country) == 2 and country.isupper() and kind in _KINDS[2:]:  # noqa: PLR2004 - alpha-2
            return kind, country
        return self.choice(column, "type of code", CODE_TYPES), None

    def lei(self, column: str, name: str) -> str | None:
        """An LEI whose check digits hold."""
        value = self.text(column, name)
        if value is not None and not is_lei(value):
            self.wrong(column, f"'{value}' is no LEI: its form or its check digits do not hold")
            return None
        return value

    def country(self, column: str, name: str) -> str | None:
        """A country in two capital letters."""
        value = self.text(column, name)
        if value is None:
            return None
        match = _COUNTRY.fullmatch(value)
        if match is None:
            self.wrong(column, f"'{value}' is no country in the form of ISO 3166-1 alpha-2")
            return None
        return match[1]

    def day(self, column: str, name: str) -> str | None:
        """A date; None for 9999-12-31, which stands for none."""
        value = self.text(column, name)
        if value is None or value == NOT_KNOWN:
            return None
        try:
            if _DAY.fullmatch(value):
                return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
        self.wrong(column, f"'{value}' is no date such as 2026-03-04")
        return None

    def hours(self, column: str, name: str) -> int | None:
        """A whole number of hours; None for 0, which stands for none defined."""
        value = self.text(column, name)
        if value is None:
            return None
        if not _WHOLE.fullmatch(value):
            self.wrong(column, f"'{value}' is no whole number of hours")
            return None
        return int(value) or None

    def wrong(self, column: str, words: str) -> None:
        """Say what is wrong with a cell."""
        self.problems.append(self.table.problem(self.row.number, f"c{column}: {words}"))

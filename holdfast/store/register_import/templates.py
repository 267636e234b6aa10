"""The three templates that are read, each as a section of the register.

Amounts of money are not read: no rule of an incident asks for one, and a register goes wherever
the evidence goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.domain.values import Frozen, JsonObject
from holdfast.dora.register import BusinessFunction, Contract, ContractType, Provider
from holdfast.store.register_files import Problem
from holdfast.store.register_import.cells import (
    CONTRACT_TYPES,
    CRITICALITY,
    PERSON_TYPES,
    Cells,
)
from holdfast.store.register_import.csv_table import Row, Table

__all__ = ["TEMPLATES", "ReadSection", "Template", "entries_of"]

_KEPT_OUT = {"PNR": "a passport number", "NIN": "a national identity number"}


def entries_of(document: JsonObject, section: str) -> dict[str, JsonObject]:
    """The entries of a section that has not been checked yet; what is no entry is left out."""
    entries = document.get(section)
    if not isinstance(entries, dict):
        return {}
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}


@dataclass(slots=True)
class ReadSection:
    """What a file gave: the values and the row of each id, what is wrong, what was left out."""

    table: Table
    values: dict[str, JsonObject] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, name: str, row: Row, values: JsonObject) -> None:
        """Take in one row under its id."""
        if name in self.rows:
            words = f"'{name}' stands in row {self.rows[name]} already"
            self.problems.append(self.table.problem(row.number, words))
            return
        self.rows[name] = row.number
        self.values[name] = {key: value for key, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Template:
    """A template: its code, the section it fills, what an entry is, and the fields it decides.

    A field that the template does not give is people's: it stays as it is.
    """

    code: str
    section: str
    entry: type[Frozen]
    gives: frozenset[str]
    read: Callable[[Table, JsonObject], ReadSection]


def _columns_of(table: Table, last: int, mandatory: str) -> list[Problem]:
    known = {f"{number:04}" for number in range(10, last + 1, 10)}
    problems = [
        table.problem(1, f"the template has no column {column}")
        for column in table.columns
        if column not in known
    ]
    missing = [column for column in mandatory.split() if column not in table.columns]
    return problems + [table.problem(1, f"the column {column} is missing") for column in missing]


def _numbering(read: ReadSection) -> int | None:
    """How far the columns of B_06.01 after 0040 are shifted: by 0 or by 10.

    The Official Journal first printed the template without a column 0050, and so up to 0110; the
    corrigendum and the EBA's data model close the gap. One read as the other, RPO would be RTO.
    """
    columns = read.table.columns
    corrected, printed = "0050" in columns, "0110" in columns
    if corrected is not printed:
        return 0 if corrected else 10
    words = (
        "cannot tell the numbering: give 0050 (as corrected, and of the EBA) or"
        " 0110 (as first printed, without 0050), not both"
    )
    read.problems.append(read.table.problem(1, words))
    return None


def _read_functions(table: Table, register: JsonObject) -> ReadSection:
    read = ReadSection(table)
    shift = _numbering(read)
    if shift is None:
        return read
    columns = [f"{number + shift:04}" for number in range(50, 91, 10)]
    critical, _, day, rto, rpo = columns
    mandatory = f"0010 0020 0030 0040 {critical} {day} {rto} {rpo}"
    read.problems += _columns_of(table, 100 + shift, mandatory)
    if read.problems:
        return read
    entities = {
        entity.get("lei"): name for name, entity in entries_of(register, "entities").items()
    }
    for row in table.rows:
        cells = Cells(table, row, read.problems)
        name = cells.text("0010", "function identifier")
        values = _function(cells, columns, entities)
        if name is not None:
            read.add(name, row, values)
    return read


def _function(
    cells: Cells, columns: Sequence[str], entities: Mapping[str | None, str]
) -> JsonObject:
    critical, reasons, day, rto, rpo = columns
    lei = cells.lei("0040", "LEI of the financial entity")
    if lei is not None and lei not in entities:
        cells.wrong("0040", f"no entity of the register has the LEI '{lei}'")
    assessment = cells.choice(critical, "assessment of criticality", CRITICALITY)
    return {
        "name": cells.text("0030", "function name"),
        "licensed_activity": cells.text("0020", "licensed activity"),
        "entity": entities.get(lei) if lei is not None else None,
        "critical_or_important": {"yes": True, "no": False}.get(assessment or ""),
        "reasons": cells.text(reasons, "reasons", mandatory=False),
        "assessed_on": cells.day(day, "date of the assessment"),
        "rto_hours": cells.hours(rto, "recovery time objective"),
        "rpo_hours": cells.hours(rpo, "recovery point objective"),
    }


@dataclass(frozen=True, slots=True)
class _Codes:
    """By which code the register's providers are known."""

    names: Mapping[tuple[str | None, str | None], str]

    def name_of(self, kind: str, code: str) -> str:
        return self.names.get((kind, code), code)


def _read_providers(table: Table, register: JsonObject) -> ReadSection:
    read = ReadSection(table)
    read.problems += _columns_of(table, 120, "0010 0020 0050 0070 0080")
    if read.problems:
        return read
    standing = entries_of(register, "providers")
    codes = _Codes(
        {(one.get("code_type"), one.get("code")): name for name, one in standing.items()}
    )
    for row in table.rows:
        cells = Cells(table, row, read.problems)
        code = cells.text("0010", "identification code")
        kind, issued_in = cells.code_type("0020")
        if kind in _KEPT_OUT:
            words = f"{table.file} row {row.number}: left out, for it is known by {_KEPT_OUT[kind]}"
            read.left_out.append(words)
            continue
        values = _provider(cells, codes) | {"code_type": kind, "code": code, "issued_in": issued_in}
        if kind is not None and code is not None:
            name = codes.name_of(kind, code)
            if values["ultimate_parent"] == name:
                values["ultimate_parent"] = None
            read.add(name, row, values)
    return read


def _provider(cells: Cells, codes: _Codes) -> JsonObject:
    name = cells.text("0050", "legal name")
    latin = cells.text("0060", "name in Latin alphabet", mandatory=False)
    additional_kind, _ = cells.code_type("0040", mandatory=False)
    additional = cells.text("0030", "additional code", mandatory=False)
    if additional_kind in _KEPT_OUT:
        additional_kind = additional = None
    parent = cells.text("0110", "code of the ultimate parent", mandatory=False)
    parent_kind, _ = cells.code_type("0120", mandatory=parent is not None)
    known = parent is not None and parent_kind is not None and parent_kind not in _KEPT_OUT
    return {
        "name": name,
        "name_in_latin_alphabet": None if latin == name else latin,
        "person": cells.choice("0070", "type of person", PERSON_TYPES),
        "additional_code_type": additional_kind,
        "additional_code": additional,
        "country": cells.country("0080", "country of the headquarters"),
        "ultimate_parent": codes.name_of(parent_kind or "", parent or "") if known else None,
    }


def _read_contracts(table: Table, _register: JsonObject) -> ReadSection:
    read = ReadSection(table)
    read.problems += _columns_of(table, 50, "0010 0020")
    if read.problems:
        return read
    for row in table.rows:
        cells = Cells(table, row, read.problems)
        reference = cells.text("0010", "contractual arrangement reference number")
        kind = cells.choice("0020", "type of contractual arrangement", CONTRACT_TYPES)
        over = cells.text(
            "0030",
            "reference number of the overarching arrangement",
            mandatory=kind is ContractType.SUBSEQUENT,
        )
        if reference is not None:
            read.add(reference, row, {"type": kind, "overarching": over})
    return read


_FUNCTION_FIELDS = frozenset(
    {"name", "licensed_activity", "entity", "critical_or_important", "reasons"}
    | {"assessed_on", "rto_hours", "rpo_hours"}
)
_PROVIDER_FIELDS = frozenset(
    {"name", "name_in_latin_alphabet", "person", "code_type", "code", "issued_in"}
    | {"additional_code_type", "additional_code", "country", "ultimate_parent"}
)
_CONTRACT_FIELDS = frozenset({"type", "overarching"})

TEMPLATES = (
    Template("B_06.01", "functions", BusinessFunction, _FUNCTION_FIELDS, _read_functions),
    Template("B_05.01", "providers", Provider, _PROVIDER_FIELDS, _read_providers),
    Template("B_02.01", "contracts", Contract, _CONTRACT_FIELDS, _read_contracts),
)
"""In the order in which they are read and told of."""

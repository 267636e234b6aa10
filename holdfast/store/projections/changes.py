"""Changes to projection rows, folded in memory and written with one statement.

A batch of entries often touches the same row several times (a decision is answered, decided, and
its incident enters the next phase); what counts is how the row stands after the batch. One
statement for all rows, because a round trip costs more than what PostgreSQL does in it, and every
decision waits for this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Column, Table, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["Changes"]

Key = tuple[str | int, ...]
_NOTIFY = """
    SELECT pg_notify(channel, message)
    FROM unnest(CAST(:channels AS text[]), CAST(:messages AS text[])) told (channel, message)
"""
_DIALECT = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has not typed it


@dataclass
class _Row:
    """What becomes of one row: new or not, columns set, and JSON or arrays added to.

    `found_by` are the columns that `key` is of; None for those of the primary key.
    """

    table: Table
    key: Key
    found_by: tuple[str, ...] | None = None
    new: bool = False
    keep: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    added: dict[str, Any] = field(default_factory=dict)

    def set(self, values: Mapping[str, object]) -> None:
        """Set columns."""
        self.values.update(values)
        for column in values:
            self.added.pop(column, None)

    def add(self, items: Mapping[str, Any]) -> None:
        """Merge keys into JSON objects, or append to arrays."""
        for column, item in items.items():
            holder = self.values if column in self.values else self.added
            holder[column] = _joined(holder.get(column), item)

    def has(self, values: Mapping[str, object]) -> bool:
        """Whether its columns have these values."""
        return all(self.values.get(column) == value for column, value in values.items())


class Changes:
    """The changes of one batch, in the order of the rows' first change."""

    def __init__(self) -> None:
        """Start without a change."""
        self._rows: dict[tuple[str, Key], _Row] = {}
        self._told: list[tuple[str, str]] = []

    def put(self, table: Table, values: Mapping[str, Any], *, keep: bool = False) -> None:
        """Insert a row; one with its key is replaced, or with `keep` left as it is."""
        key = tuple(values[column.name] for column in table.primary_key)
        if keep and (table.name, key) in self._rows:
            return
        row = self._row(table, key)
        row.new, row.keep, row.values, row.added = True, keep, dict(values), {}

    def set(self, table: Table, key: Key, **values: object) -> None:
        """Set columns of the row with that key."""
        self._row(table, key).set(values)

    def add(self, table: Table, key: Key, **items: dict[str, Any] | list[Any]) -> None:
        """Merge keys into a JSON object, or append to an array, of the row with that key."""
        self._row(table, key).add(items)

    def follow(
        self,
        table: Table,
        found_by: Mapping[str, str | int],
        values: Mapping[str, object],
        items: Mapping[str, Any],
    ) -> None:
        """Set and add to columns of the one row in which other columns than its key have values.

        Rows of that table are changed in this way alone, so that none is changed twice at once.
        """
        for row in self._rows.values():
            if row.table is table and row.new and row.has(found_by):
                break
        else:
            named = (f"{table.name} by {', '.join(found_by)}", tuple(found_by.values()))
            new = _Row(table, named[1], tuple(found_by))
            row = self._rows.setdefault(named, new)
        row.set(values)
        row.add(items)

    def tell(self, channel: str, message: str) -> None:
        """Notify whoever listens, once the rows stand."""
        self._told.append((channel, message))

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """The rows of that table that are new in this batch, as they stand after it."""
        return [dict(row.values) for row in self._rows.values() if row.table is table and row.new]

    async def write(self, connection: AsyncConnection) -> None:
        """Write all rows, and notify."""
        parameters: dict[str, Any] = {}
        parts = [_sql(row, parameters) for row in self._rows.values()]
        if not parts:
            return
        parts = [f"part_{number} AS ({part})" for number, part in enumerate(parts)]
        parameters |= {
            "channels": [channel for channel, _ in self._told],
            "messages": [message for _, message in self._told],
        }
        await connection.execute(_statement(f"WITH {', '.join(parts)} {_NOTIFY}"), parameters)

    def _row(self, table: Table, key: Key) -> _Row:
        return self._rows.setdefault((table.name, key), _Row(table, key))


def _joined(before: Any, item: Any) -> Any:  # noqa: ANN401 - a JSON object or an array
    if before is None:
        return item
    return {**before, **item} if isinstance(item, dict) else [*before, *item]


def _sql(row: _Row, parameters: dict[str, Any]) -> str:
    """Say one row's change; names come from the tables, every value goes into the parameters."""

    def bound(column: Column[Any], value: object) -> str:
        name = f"p{len(parameters)}"
        json_value = isinstance(column.type, JSONB) and value is not None
        parameters[name] = _json(value) if json_value else value
        return f"CAST(:{name} AS {_type(column)})"

    columns = row.table.c
    values = {name: bound(columns[name], value) for name, value in row.values.items()}
    if row.new:
        return _insert(row.table, values, keep=row.keep)
    changes = [f"{name} = {value}" for name, value in values.items()]
    changes += [f"{name} = {name} || {bound(columns[name], i)}" for name, i in row.added.items()]
    names = row.found_by or tuple(column.name for column in row.table.primary_key)
    keys = zip(names, row.key, strict=True)
    where = " AND ".join(f"{name} = {bound(columns[name], part)}" for name, part in keys)
    return f"UPDATE {row.table.fullname} SET {', '.join(changes)} WHERE {where}"  # noqa: S608 - see above


def _insert(table: Table, values: dict[str, str], *, keep: bool) -> str:
    keys = [column.name for column in table.primary_key]
    rest = ", ".join(f"{name} = excluded.{name}" for name in values if name not in keys)
    return (
        f"INSERT INTO {table.fullname} ({', '.join(values)})"  # noqa: S608 - see above
        f" VALUES ({', '.join(values.values())})"
        f" ON CONFLICT ({', '.join(keys)}) DO {'NOTHING' if keep else f'UPDATE SET {rest}'}"
    )


def _json(value: object) -> str:
    # Sorted keys: a projection rebuilt tomorrow has the same bytes as the one written today.
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


@cache
def _type(column: Column[Any]) -> str:
    return column.type.compile(_DIALECT)


# Batches come in few shapes, and reading the names out of a long text takes SQLAlchemy a while.
@lru_cache(maxsize=256)
def _statement(sql: str) -> TextClause:
    return text(sql)

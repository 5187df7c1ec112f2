"""Describes the tables in words, for the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.columns.schema import ListOf, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.columns.schema import Column, Table, Type


def table_markdown(table: Table) -> str:
    """Return a table of a table's columns, the parts of records behind the column that holds them."""
    lines = [
        f"### {table.name}",
        "",
        f"A row is {table.words}.",
        "",
        "| column | type | may be missing | what it is |",
        "|---|---|---|---|",
        *_lines(table.columns, ""),
    ]
    return "\n".join(lines) + "\n"


def _lines(columns: tuple[Column, ...], above: str) -> Iterator[str]:
    for column in columns:
        missing = "yes" if column.nullable else ""
        yield f"| `{above}{column.name}` | {_type(column.type)} | {missing} | {column.words} |"
        inner = column.type.item if isinstance(column.type, ListOf) else column.type
        if isinstance(inner, Record):
            yield from _lines(inner.columns, f"{above}{column.name}.")


def _type(kind: Type) -> str:
    if isinstance(kind, Record):
        return "record"
    if isinstance(kind, ListOf):
        return "list of records" if isinstance(kind.item, Record) else f"list of {kind.item.value}"
    return kind.value

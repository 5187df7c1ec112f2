"""The tables as Arrow's types and batches; this package is the only place that imports pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edi_guard.columns.schema import DECIMALS, TABLES, Column, Kind, ListOf, Record, Table

if TYPE_CHECKING:
    import pyarrow as pa

    from edi_guard.columns.rows import Row
    from edi_guard.columns.schema import Type

INSTALL: Final = "pip install 'edi-guard[columns]'"


class NoArrowError(Exception):
    """pyarrow is not installed; one sentence says how to get it."""


def import_arrow() -> Any:
    """Return pyarrow.

    Raises:
        NoArrowError: it is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ImportError as error:
        message = f"pyarrow is not installed: {INSTALL}"
        raise NoArrowError(message) from error
    return pa


def arrow_schema(table: Table) -> pa.Schema:
    """Return a table's schema.

    As in every table that Spark writes, each column may be null; which ones are, the page says.
    """
    return import_arrow().schema([_field(column) for column in table.columns])


def wide_schema() -> pa.Schema:
    """Return a schema of the file that a row is about, and one column for each table.

    One of these has a value, a row of the table.
    """
    pa = import_arrow()
    return pa.schema([pa.field("file", pa.string()), *(pa.field(t.name, _type(t.record)) for t in TABLES)])


def _field(column: Column) -> Any:
    return import_arrow().field(column.name, _type(column.type))


def _type(kind: Type) -> Any:
    pa = import_arrow()
    if isinstance(kind, Record):
        return pa.struct([_field(column) for column in kind.columns])
    if isinstance(kind, ListOf):
        # Parquet's own name for what a list holds.
        return pa.list_(pa.field("element", _type(kind.item)))
    if kind in DECIMALS:
        return pa.decimal128(*DECIMALS[kind])
    simple = {
        Kind.TEXT: pa.string,
        Kind.INTEGER: pa.int32,
        Kind.LONG: pa.int64,
        Kind.BOOLEAN: pa.bool_,
        Kind.DATE: pa.date32,
    }
    return simple[kind]()


def batch_of(rows: list[Row], schema: pa.Schema) -> pa.RecordBatch:
    """Return rows as one batch."""
    return import_arrow().RecordBatch.from_pylist(rows, schema)

"""The tables as Spark's types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)

from edi_guard.columns import TABLES, Kind, ListOf, Record
from edi_guard.columns.schema import DECIMALS

if TYPE_CHECKING:
    from edi_guard.columns import Column, Table
    from edi_guard.columns.schema import Type

_SIMPLE: Final = {
    Kind.TEXT: StringType(),
    Kind.INTEGER: IntegerType(),
    Kind.LONG: LongType(),
    Kind.BOOLEAN: BooleanType(),
    Kind.DATE: DateType(),
}


def spark_schema(table: Table) -> StructType:
    """Return a table's schema, with what each column means as its comment."""
    return _struct(table.columns)


def wide_schema() -> StructType:
    """Return a schema of the file that a row is about, and one column for each table.

    One of these has a value, a row of the table.
    """
    tables = [StructField(table.name, _struct(table.columns)) for table in TABLES]
    return StructType([StructField("file", StringType()), *tables])


def _struct(columns: tuple[Column, ...]) -> StructType:
    return StructType([_field(column) for column in columns])


def _field(column: Column) -> StructField:
    return StructField(column.name, _type(column.type), metadata={"comment": column.words})


def _type(kind: Type) -> DataType:
    if isinstance(kind, Record):
        return _struct(kind.columns)
    if isinstance(kind, ListOf):
        return ArrayType(_type(kind.item))
    if kind in DECIMALS:
        return DecimalType(*DECIMALS[kind])
    return _SIMPLE[kind]

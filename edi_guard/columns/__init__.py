"""Verdicts as tables with typed columns: one description of them for Parquet and for Spark."""

from edi_guard.columns.rows import Described, rows_of, unjudged
from edi_guard.columns.schema import CLAIMS, FINDINGS, INPUTS, TABLES, Column, Kind, ListOf, Record, Table

__all__ = [
    "CLAIMS",
    "FINDINGS",
    "INPUTS",
    "TABLES",
    "Column",
    "Described",
    "Kind",
    "ListOf",
    "Record",
    "Table",
    "rows_of",
    "unjudged",
]

"""Code sets and NCCI tables that the user imports, asked by date of service."""

from edi_guard.reference.errors import ReferenceTableError
from edi_guard.reference.kinds import CodeSystem, EditSetting, TableKind
from edi_guard.reference.lookups import (
    AddOn,
    CodeEntry,
    Indicators,
    MostUnits,
    Pair,
    ReferenceTables,
    Standing,
)

__all__ = [
    "AddOn",
    "CodeEntry",
    "CodeSystem",
    "EditSetting",
    "Indicators",
    "MostUnits",
    "Pair",
    "ReferenceTableError",
    "ReferenceTables",
    "Standing",
    "TableKind",
]

"""The one table that ships: place of service codes, numbers and days only.

Source: CMS, place of service code set, as published; days of the later additions from CMS's transmittals
and list of changes.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from edi_guard.reference.kinds import CodeSystem, TableKind
from edi_guard.reference.layout import CodeRow, Table
from edi_guard.reference.lookups import ReferenceTables
from edi_guard.reference.store import memory_store

if TYPE_CHECKING:
    from edi_guard.reference.store import Store

CODES: Final = (
    "01 03 04 05 06 07 08 09 11 12 13 14 15 16 17 18 20 21 22 23 24 25 26 31 32 33 34 41 42 49 50 51 52 53 54"
    " 55 56 57 60 61 62 65 71 72 81 99"
).split()
# Codes that were added since 2015, with their first days.
LATER: Final = {
    "02": 20170101,
    "10": 20220101,
    "19": 20160101,
    "27": 20231001,
    "58": 20200101,
    "66": 20240801,
}


def shipped_store() -> Store:
    """Return a store with the table that ships."""
    rows = [CodeRow(CodeSystem.PLACE_OF_SERVICE, code) for code in CODES]
    rows += [CodeRow(CodeSystem.PLACE_OF_SERVICE, code, first) for code, first in LATER.items()]
    store = memory_store("shipped with edi-guard")
    table = Table(TableKind.PLACE_OF_SERVICE, "shipped", 0, iter(rows))
    with store.transaction():
        store.add(table, "place_of_service.py", "", "")
    return store


@cache
def shipped_tables() -> ReferenceTables:
    """Return what may be asked where nothing was imported."""
    return ReferenceTables([shipped_store()])

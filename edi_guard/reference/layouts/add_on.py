"""NCCI add-on code edits (AOC): add-on codes and their primaries, as CMS publishes them each quarter.

A notice, a heading, then the edit's type, the add-on code and its deletion day, the primary code and its
deletion day, the pair's effective and deletion day, notes. Days are YYYYDDD. ``CCCCC`` as the primary:
the contractor defines the primaries.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edi_guard.reference.days import LAST_DAY, read_ordinal_day
from edi_guard.reference.kinds import TableKind
from edi_guard.reference.layout import AddOnRow, Given, Layout, Table, first_day, wrong_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.reference.sheets import Sheet

_VERSION: Final = re.compile(r"v20\d\dq[1-4]")
_WANTED: Final = ("aoc_edit_type", "add-on_code", "primary_code")
_TYPES: Final = {"1": 1, "I": 1, "2": 2, "II": 2, "3": 3, "III": 3}


def _headings(row: list[str]) -> list[str]:
    return [re.sub(r"\s*\(?julian\)?", "", cell.strip().lower()).replace(" ", "_") for cell in row]


def _recognises(sheet: Sheet) -> bool:
    return any(set(_WANTED) <= set(_headings(row)) for row in sheet.first_rows)


def _read(sheet: Sheet, given: Given) -> Table:
    version = _VERSION.search(sheet.names)
    first = first_day(sheet, given)
    label = version[0].upper() if version else f"from {first}"
    return Table(TableKind.ADD_ON, label, first, _rows(sheet))


def _rows(sheet: Sheet) -> Iterator[AddOnRow]:
    places: dict[str, int] = {}
    for number, row in enumerate(sheet.cells(), 1):
        if not places:
            headings = _headings(row)
            if set(_WANTED) <= set(headings):
                places = {name: at for at, name in enumerate(headings) if name}
        elif any(cell.strip() for cell in row):
            yield _row(sheet, number, row, places)


def _row(sheet: Sheet, number: int, row: list[str], places: dict[str, int]) -> AddOnRow:
    def cell(name: str) -> str:
        at = places.get(name, len(row))
        return row[at].strip() if at < len(row) else ""

    kind = _TYPES.get(cell("aoc_edit_type").removesuffix(".0").upper())
    add_on, primary = cell("add-on_code").upper(), cell("primary_code").upper()
    if kind is None or len(add_on) != 5 or len(primary) != 5:
        raise wrong_row(sheet, number, "it has no type, add-on code and primary code")
    try:
        ends = [
            read_ordinal_day(cell(name), LAST_DAY)
            for name in ("aoc_deldt", "primary_code_deldt", "aoc_edit_deldt")
        ]
        return AddOnRow(add_on, primary, kind, read_ordinal_day(cell("aoc_edit_effdt"), 0), min(ends))
    except ValueError as error:
        raise wrong_row(sheet, number, str(error)) from error


LAYOUT: Final = Layout(TableKind.ADD_ON, "NCCI add-on code edits (CMS)", _recognises, _read)

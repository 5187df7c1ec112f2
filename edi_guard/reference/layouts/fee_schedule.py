"""The relative value file of Medicare's physician fee schedule (PPRRVU): payment indicators of codes.

Some lines of notices, then a heading over several rows whose last begins with ``HCPCS``, ``MOD``; columns
move from year to year and are found by the heading's words, one above the other. Only indicators are
kept, no descriptions and no values.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from edi_guard.reference.kinds import TableKind
from edi_guard.reference.layout import FeeRow, Given, Layout, Table, effective_day, first_day, wrong_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.reference.sheets import Sheet

_CODE: Final = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_FILE: Final = re.compile(r"pprrvu(20\d\d|\d\d)(?:[ _-]?([a-z]{3}))?")
_RELEASE: Final = re.compile(r"rvu(\d\d)([a-d])")
_COLUMNS: Final = {
    "status": ("STATUS", "CODE"),
    "components": ("PCTC", "IND"),
    "global_days": ("GLOB", "DAYS"),
    "bilateral": ("BILAT", "SURG"),
    "assistant": ("ASST", "SURG"),
    "co_surgeons": ("CO-", "SURG"),
    "team": ("TEAM", "SURG"),
}
_HEADING_ROWS: Final = 6


def _is_last_heading(row: list[str]) -> bool:
    return [cell.strip().upper() for cell in row[:2]] == ["HCPCS", "MOD"]


def _recognises(sheet: Sheet) -> bool:
    for at, row in enumerate(sheet.first_rows):
        if _is_last_heading(row):
            return "bilateral" in _places(sheet.first_rows[max(0, at - _HEADING_ROWS) : at + 1])
    return False


def _places(rows: list[list[str]]) -> dict[str, int]:
    """Return where each indicator stands, by the words of a heading over several rows."""
    found: dict[str, int] = {}
    for at, column in enumerate(zip_longest(*rows, fillvalue="")):
        words = " ".join(cell.strip().upper() for cell in column if cell.strip()).split()
        for name, wanted in _COLUMNS.items():
            if tuple(words[-len(wanted) :]) == wanted:
                found.setdefault(name, at)
    return found


def _read(sheet: Sheet, given: Given) -> Table:
    first = given.first or _first_day_by_name(sheet.names) or first_day(sheet, given)
    return Table(TableKind.FEE_SCHEDULE, f"from {first}", first, _rows(sheet))


def _first_day_by_name(names: str) -> int | None:
    """Return the first day by the file's or the release's name: PPRRVU2026_Jul, PPRRVU24_JAN, rvu26c."""
    if found := _FILE.search(names):
        year = 2000 + int(found[1][-2:])
        return (effective_day(f"{year}_{found[2]}") if found[2] else None) or year * 10_000 + 101
    if found := _RELEASE.search(names):
        return (2000 + int(found[1])) * 10_000 + ("abcd".index(found[2]) * 3 + 1) * 100 + 1
    return None


def _rows(sheet: Sheet) -> Iterator[FeeRow]:
    above: list[list[str]] = []
    places: dict[str, int] = {}
    for number, row in enumerate(sheet.cells(), 1):
        if not places:
            above.append(row)
            if _is_last_heading(row):
                places = _places(above[-_HEADING_ROWS - 1 :])
                missing = _COLUMNS.keys() - places.keys()
                if missing:
                    raise wrong_row(
                        sheet, number, f"the heading has no column for {', '.join(sorted(missing))}"
                    )
            continue
        cells = [cell.strip().upper() for cell in row]
        if not any(cells):
            continue
        if not _CODE.fullmatch(cells[0]) or len(cells) <= max(places.values()):
            raise wrong_row(sheet, number, "it has not the columns of the heading")
        yield FeeRow(cells[0], cells[1], *(cells[places[name]] for name in FeeRow._fields[2:]))


LAYOUT: Final = Layout(
    TableKind.FEE_SCHEDULE, "physician fee schedule relative value file (CMS)", _recognises, _read
)

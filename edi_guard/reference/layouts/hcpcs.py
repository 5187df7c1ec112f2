"""CMS's HCPCS level II file: codes and modifiers with their days, meaning and coverage.

Two forms: the contractor file of fixed-width records (record layout: code 1-5, sequence 6-10, record type
11, long description 12-91, coverage 230, added 269-276, action effective 277-284, terminated 285-292),
and the same with headings as CSV or spreadsheet. Record types 3 and 4 are codes and what continues them, 7
and 8 modifiers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edi_guard.reference.days import FIRST_DAY, LAST_DAY, read_day
from edi_guard.reference.kinds import CodeSystem, TableKind
from edi_guard.reference.layout import CodeRow, Given, Layout, Table, first_day, wrong_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.reference.sheets import Sheet

_CODE: Final = re.compile(r"[A-Z]\d{4}", re.ASCII)
_MODIFIER: Final = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_FIXED: Final = re.compile(r"(?:[A-Z]\d{4}|   [0-9A-Z]{2})\d{5}[3478]", re.ASCII)
_YEAR: Final = re.compile(r"hcpc\D{0,2}(20\d\d)(?!\d)|(?<!\d)(\d\d)(?:anweb|contr)")
_BEGINS: Final = frozenset("37")
# A record without the description's continuation ends before the dates where the line was cut off.
_SHORTEST: Final = 277


def _recognises(sheet: Sheet) -> bool:
    return _has_headings(sheet) or any(_FIXED.match(line) for line in sheet.head)


def _has_headings(sheet: Sheet) -> bool:
    return any(_places(row) for row in sheet.first_rows)


def _places(row: list[str]) -> dict[str, int]:
    headings = {" ".join(cell.split()).upper(): at for at, cell in enumerate(row)}
    if "HCPCS" in headings:
        headings.setdefault("HCPC", headings["HCPCS"])
    return headings if {"HCPC", "LONG DESCRIPTION", "ADD DT"} <= headings.keys() else {}


def _read(sheet: Sheet, given: Given) -> Table:
    rows = list(_heading_rows(sheet) if _has_headings(sheet) else _fixed_rows(sheet))
    if not rows:
        raise wrong_row(sheet, 1, "there is no code in it")
    first = first_day(sheet, given, _by_name(sheet.names) or max(row.first for row in rows))
    return Table(TableKind.HCPCS, f"from {first}", first, iter(rows))


def _by_name(names: str) -> int | None:
    match = _YEAR.search(names)
    if match is None:
        return None
    return int(match[1] or f"20{match[2]}") * 10_000 + 101


def _fixed_rows(sheet: Sheet) -> Iterator[CodeRow]:
    current: list[str] = []
    began = 0
    for number, line in enumerate(sheet.lines(), 1):
        if not _FIXED.match(line):
            continue
        if line[10] in _BEGINS:
            if current:
                yield _fixed_row(sheet, began, current)
            current, began = [line], number
        elif current and current[0][:5] == line[:5]:
            current.append(line)
    if current:
        yield _fixed_row(sheet, began, current)


def _fixed_row(sheet: Sheet, number: int, lines: list[str]) -> CodeRow:
    first = lines[0]
    if len(first) < _SHORTEST:
        raise wrong_row(sheet, number, "the record is cut off")
    words = " ".join(" ".join(line[11:91] for line in lines).split())
    days = (first[268:276], first[276:284], first[284:292])
    return _row(sheet, number, first[:5], first[10], words, first[229].strip(), days)


def _heading_rows(sheet: Sheet) -> Iterator[CodeRow]:
    places: dict[str, int] = {}
    for number, row in enumerate(sheet.cells(), 1):
        if not places:
            places = _places(row)
            continue
        cells = {name: row[at].strip() for name, at in places.items() if at < len(row)}
        code = cells.get("HCPC", "").upper()
        kind = cells.get("RECID", "").removesuffix(".0") or ("3" if len(code) == 5 else "7")
        if code and kind in _BEGINS:
            days = (cells.get("ADD DT", ""), cells.get("ACT EFF DT", ""), cells.get("TERM DT", ""))
            words = " ".join(cells.get("LONG DESCRIPTION", "").split())
            yield _row(sheet, number, code, kind, words, cells.get("COV", ""), days)


def _row(
    sheet: Sheet, number: int, code: str, kind: str, words: str, coverage: str, days: tuple[str, str, str]
) -> CodeRow:
    code = code.strip()
    is_modifier = kind == "7"
    if not (_MODIFIER if is_modifier else _CODE).fullmatch(code):
        raise wrong_row(sheet, number, f"{code!r} is no code")
    added, effective, ended = days
    try:
        # The day of the last change is later than the first day of a code that was changed.
        first = read_day(added, FIRST_DAY) or read_day(effective, FIRST_DAY)
        last = read_day(ended, LAST_DAY)
    except ValueError as error:
        raise wrong_row(sheet, number, str(error)) from error
    system = CodeSystem.MODIFIER if is_modifier else CodeSystem.HCPCS
    return CodeRow(system, code, first, last, coverage, words)


LAYOUT: Final = Layout(TableKind.HCPCS, "HCPCS level II file (CMS)", _recognises, _read)

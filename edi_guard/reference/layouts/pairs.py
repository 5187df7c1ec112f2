"""NCCI procedure-to-procedure edits (PTP): pairs of codes, as CMS publishes them each quarter.

Some lines of preamble, then seven columns separated by tabs: column 1 code, column 2 code, ``*`` for
pairs from before 1996, effective day, deletion day or ``*``, modifier indicator 0, 1 or 9, rationale.
The files carry history: a pair may stand in several rows. The deletion day is the last day of the pair;
where it is the effective day too, the pair was never in force.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from edi_guard.reference.days import read_day
from edi_guard.reference.errors import ReferenceTableError
from edi_guard.reference.kinds import EditSetting, TableKind
from edi_guard.reference.layout import Given, Layout, PairRow, Table, effective_day, wrong_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi_guard.reference.sheets import Sheet

_CODE: Final = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_VERSION: Final = re.compile(r"(v\d{3}r\d)(?:\D*(f\d+))?")
_PART: Final = re.compile(r"(?<![a-z0-9])f(\d+)(?!\d)")
_COLUMNS: Final = 6


def _recognises(sheet: Sheet) -> bool:
    if "column1/column2" in "".join(sheet.head[:3]).lower().replace(" ", ""):
        return True
    return any(_is_pair(row) for row in sheet.first_rows)


def _is_pair(row: list[str]) -> bool:
    return bool(
        len(row) >= _COLUMNS
        and _CODE.fullmatch(row[0].strip())
        and _CODE.fullmatch(row[1].strip())
        and row[3].strip().isdigit()
        and row[5].strip() in ("0", "1", "9")
    )


def _read(sheet: Sheet, given: Given) -> Table:
    version = _VERSION.search(sheet.names)
    part = _PART.search(sheet.name.lower()) or _PART.search(sheet.names)
    rows = _rows(sheet)
    first = given.first or effective_day(sheet.names)
    if first is None:
        # The newest pairs of a quarterly file began with it. Rows are few enough to be looked at twice.
        first = max((row.first for row in rows), default=0)
        rows = _rows(sheet)
    started = next(rows, None)
    if started is None:
        raise wrong_row(sheet, 1, "there is no pair in it")
    return Table(
        TableKind.PAIRS,
        version[1] if version else f"from {first}",
        first,
        chain((started,), rows),
        _setting(sheet, given),
        f"f{part[1]}" if part else "",
    )


def _setting(sheet: Sheet, given: Given) -> EditSetting:
    if given.setting is not None:
        return given.setting
    names = sheet.names
    if re.search(r"ccioph|outpatient|hospital|oph(?![a-z])", names):
        found = EditSetting.OUTPATIENT
    elif re.search(r"ccipra|practitioner|pra(?![a-z])", names):
        found = EditSetting.PRACTITIONER
    elif re.search(r"dme|supplier", names):
        found = EditSetting.SUPPLIER
    else:
        message = (
            f"{sheet.name}: its name does not say whose pairs it has: add --setting practitioner or"
            " --setting outpatient"
        )
        raise ReferenceTableError(message)
    return found.of_medicaid if re.search(r"medicaid|mcd", names) else found


def _rows(sheet: Sheet) -> Iterator[PairRow]:
    source: Iterable[list[str]]
    source = sheet.cells() if sheet.is_spreadsheet else (line.split("\t") for line in sheet.lines())
    number = 0
    begun = False
    for number, row in enumerate(source, 1):
        if len(row) >= _COLUMNS:
            one, two = row[0].strip(), row[1].strip()
            if len(one) == len(two) == 5:
                begun = True
                try:
                    yield PairRow(
                        one,
                        two,
                        _day(row[3], 0),
                        _day(row[4], 99991231),
                        int(row[5].strip().removesuffix(".0")),
                    )
                except ValueError as error:
                    if not _CODE.fullmatch(one):
                        begun = False
                        continue
                    raise wrong_row(sheet, number, str(error)) from error
                continue
        if begun and any(cell.strip() for cell in row):
            raise wrong_row(sheet, number, "it has not the columns of a pair")


def _day(text: str, default: int) -> int:
    # Half the time of an import would go into checking days that are nearly always right.
    if len(text) == 8 and text.isdigit() and "0101" <= text[4:] <= "1231":
        return int(text)
    return read_day(text, default)


LAYOUT: Final = Layout(TableKind.PAIRS, "NCCI procedure-to-procedure edits (CMS)", _recognises, _read)

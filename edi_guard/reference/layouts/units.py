"""NCCI medically unlikely edits (MUE): the most units of a code, as CMS publishes them each quarter.

A quoted notice over several lines, a heading over several lines, then the code, the value, the
adjudication indicator (a digit with words) and the rationale. There are no days inside: the name has the
effective one. Some values are confidential and absent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edi_guard.reference.errors import ReferenceTableError
from edi_guard.reference.kinds import EditSetting, TableKind
from edi_guard.reference.layout import Given, Layout, Table, UnitsRow, first_day, wrong_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.reference.sheets import Sheet

_CODE: Final = re.compile(r"[0-9A-Z]{5}", re.ASCII)


def _headings(row: list[str]) -> str:
    return " ".join(" ".join(row).lower().split())


def _is_heading(row: list[str]) -> bool:
    return any(" ".join(cell.lower().split()).endswith("mue values") for cell in row)


def _recognises(sheet: Sheet) -> bool:
    return any(map(_is_heading, sheet.first_rows))


def _read(sheet: Sheet, given: Given) -> Table:
    heading = next(_headings(row) for row in sheet.first_rows if _is_heading(row))
    first = first_day(sheet, given)
    return Table(
        TableKind.UNITS, f"from {first}", first, _rows(sheet), given.setting or _setting(sheet, heading)
    )


def _setting(sheet: Sheet, heading: str) -> EditSetting:
    if "outpatient" in heading or "hospital" in heading or "facility" in heading:
        found = EditSetting.OUTPATIENT
    elif "dme" in heading or "supplier" in heading:
        found = EditSetting.SUPPLIER
    elif "practitioner" in heading:
        found = EditSetting.PRACTITIONER
    else:
        message = f"{sheet.name}: its heading does not say whose units it has: add --setting"
        raise ReferenceTableError(message)
    return found.of_medicaid if re.search(r"medicaid|mcd", sheet.names) else found


def _rows(sheet: Sheet) -> Iterator[UnitsRow]:
    begun = False
    for number, row in enumerate(sheet.cells(), 1):
        if not begun:
            begun = _is_heading(row)
        elif any(cell.strip() for cell in row):
            yield _row(sheet, number, row)


def _row(sheet: Sheet, number: int, row: list[str]) -> UnitsRow:
    cells = [cell.strip() for cell in row]
    if len(cells) < 2 or not _CODE.fullmatch(cells[0]) or not cells[1].isdigit():
        raise wrong_row(sheet, number, "it has no code with a number of units")
    # Medicaid's tables have no indicator: each line is counted by itself.
    indicator = cells[2][:1] if len(cells) > 2 else ""
    if indicator not in ("", "1", "2", "3"):
        indicator = ""
    return UnitsRow(cells[0], int(cells[1]), int(indicator or "1"))


LAYOUT: Final = Layout(TableKind.UNITS, "NCCI medically unlikely edits (CMS)", _recognises, _read)

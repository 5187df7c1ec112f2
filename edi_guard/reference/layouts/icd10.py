"""ICD-10-CM and ICD-10-PCS order files, and their addenda, as CMS and NCHS publish them each fiscal year.

Order file, fixed width: order number 1-5, code without dot 7-13, 1 where the code may be billed and 0
where it is a heading 15, descriptions behind. Addenda: an action, the same flag, the code. A fiscal year
begins on 1 October; the name of an April release says so. No descriptions are kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edi_guard.reference.days import day_before
from edi_guard.reference.errors import ReferenceTableError
from edi_guard.reference.kinds import CodeSystem, TableKind
from edi_guard.reference.layout import CodeRow, Given, Layout, Table, effective_day, wrong_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.reference.sheets import Sheet

_ORDER: Final = re.compile(r"\d{5} ([0-9A-Z]{3,7}) +([01]) \S", re.ASCII)
_ADDENDUM: Final = re.compile(
    r"(Add|Delete|Revise from|Revise to):\s+([01])\s+([A-Z][0-9A-Z]{2,6})\s", re.ASCII
)
_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
NOT_BILLABLE: Final = "0"


def _is_order(sheet: Sheet) -> bool:
    return not sheet.is_spreadsheet and any(_ORDER.match(line) for line in sheet.head)


def _is_addenda(sheet: Sheet) -> bool:
    return not sheet.is_spreadsheet and any(_ADDENDUM.match(line) for line in sheet.head)


def _read_order(sheet: Sheet, given: Given) -> Table:
    codes = (match[1] for line in sheet.head if (match := _ORDER.match(line)))
    is_procedures = next(codes)[0].isdigit()
    system = CodeSystem.PROCEDURE if is_procedures else CodeSystem.DIAGNOSIS
    kind = TableKind.ICD_10_PCS if is_procedures else TableKind.ICD_10_CM
    first = _first_day(sheet, given)
    return Table(kind, f"from {first}", first, _order_rows(sheet, system))


def _first_day(sheet: Sheet, given: Given) -> int:
    if given.first:
        return given.first
    if "apr" in sheet.names and (found := effective_day(sheet.names)):
        return found
    years = _YEAR.findall(sheet.name) or _YEAR.findall(sheet.names)
    if not years:
        message = f"{sheet.name}: its name does not say from when it counts: add --effective YYYY-MM-DD"
        raise ReferenceTableError(message)
    year = int(years[-1])
    return year * 10_000 + 401 if "apr" in sheet.names else (year - 1) * 10_000 + 1001


def _order_rows(sheet: Sheet, system: CodeSystem) -> Iterator[CodeRow]:
    for number, line in enumerate(sheet.lines(), 1):
        match = _ORDER.match(line)
        if match:
            yield CodeRow(system, match[1], flag=match[2])
        elif line.strip("\x1a \t\ufeff"):
            raise wrong_row(sheet, number, "it is no line of an order file")


def _read_addenda(sheet: Sheet, given: Given) -> Table:
    first = _first_day(sheet, given)
    return Table(TableKind.ICD_10_CM_ADDENDA, f"from {first}", first, _addenda_rows(sheet, first))


def _addenda_rows(sheet: Sheet, first: int) -> Iterator[CodeRow]:
    # A code that is deleted and added became a heading, or ceased to be one: what is added counts.
    changes: dict[str, CodeRow] = {}
    for line in sheet.lines():
        match = _ADDENDUM.match(line)
        if match is None:
            continue
        action, flag, code = match.groups()
        if action == "Delete":
            ended = CodeRow(CodeSystem.DIAGNOSIS, code, last=day_before(first), flag=flag)
            changes.setdefault(code, ended)
        elif action in ("Add", "Revise to"):
            changes[code] = CodeRow(
                CodeSystem.DIAGNOSIS, code, first=first if action == "Add" else 0, flag=flag
            )
    yield from changes.values()


ORDER: Final = Layout(TableKind.ICD_10_CM, "ICD-10 order file (CMS, NCHS)", _is_order, _read_order)
ADDENDA: Final = Layout(
    TableKind.ICD_10_CM_ADDENDA, "ICD-10-CM addenda (CMS, NCHS)", _is_addenda, _read_addenda
)

"""Plain lists of codes with a heading: modifiers, place of service, revenue codes, taxonomy, X12's lists.

The heading names the column with the code; a first and a last day may stand beside it. A code column may
hold ranges (``0300-0309``, ``030X``), so that an office can state revenue codes without NUBC's manual.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from edi_guard.reference.days import FIRST_DAY, LAST_DAY, read_day
from edi_guard.reference.kinds import CodeSystem, TableKind
from edi_guard.reference.layout import CodeRow, Given, Layout, Table, first_day, wrong_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.reference.sheets import Sheet

_FIRSTS: Final = frozenset({"start", "start date", "effective", "effective date", "add date", "from"})
_LASTS: Final = frozenset(
    {"stop", "stop date", "end", "end date", "termination", "termination date", "deactivation date", "to"}
)
_RANGE: Final = re.compile(r"(\d{3,4})\s*-\s*(\d{3,4})")
_ANY_LAST: Final = re.compile(r"(\d{3})X")
_NUCC: Final = re.compile(r"taxonomy[ _-](\d\d)([01])(?!\d)")
_LONGEST_LIST: Final = 10_000


@dataclass(frozen=True, slots=True)
class _List:
    """One such list: the headings of its code column, what its names must hold, the shape of a code."""

    kind: TableKind
    system: CodeSystem
    words: str
    headings: frozenset[str]
    code: re.Pattern[str]
    named: re.Pattern[str] | None = None
    beside: frozenset[str] = frozenset()
    width: int = 0


_CODE_HEADINGS: Final = frozenset({"code"})
_LISTS: Final = (
    _List(
        TableKind.TAXONOMY,
        CodeSystem.TAXONOMY,
        "provider taxonomy (NUCC)",
        _CODE_HEADINGS,
        re.compile(r"[0-9A-Z]{10}"),
        beside=frozenset({"grouping", "classification"}),
    ),
    _List(
        TableKind.MODIFIERS,
        CodeSystem.MODIFIER,
        "list of modifiers",
        frozenset({"modifier", "modifier code", "hcpcs modifier", "mod"}),
        re.compile(r"[0-9A-Z]{2}"),
    ),
    _List(
        TableKind.PLACE_OF_SERVICE,
        CodeSystem.PLACE_OF_SERVICE,
        "place of service codes (CMS)",
        frozenset(
            {
                "place of service code",
                "place of service code(s)",
                "place of service codes",
                "pos",
                "pos code",
                "pos code(s)",
            }
        ),
        re.compile(r"\d{2}"),
        width=2,
    ),
    _List(
        TableKind.REVENUE,
        CodeSystem.REVENUE,
        "revenue codes or ranges of them",
        frozenset({"revenue code", "revenue codes", "rev code"}),
        re.compile(r"\d{4}"),
        width=4,
    ),
    _List(
        TableKind.ADJUSTMENT_REASONS,
        CodeSystem.ADJUSTMENT_REASON,
        "claim adjustment reason codes (X12)",
        _CODE_HEADINGS,
        re.compile(r"[A-Z]?\d{1,3}"),
        named=re.compile(r"carc|adjustment"),
    ),
    _List(
        TableKind.REMARKS,
        CodeSystem.REMARK,
        "remittance advice remark codes (X12)",
        _CODE_HEADINGS,
        re.compile(r"(?:MA?|N)\d{1,3}"),
        named=re.compile(r"rarc|remark"),
    ),
    _List(
        TableKind.CLAIM_STATUS_CATEGORY,
        CodeSystem.CLAIM_STATUS_CATEGORY,
        "claim status category codes (X12)",
        _CODE_HEADINGS,
        re.compile(r"[A-Z]\d{1,2}"),
        named=re.compile(r"status.*category|category.*status|cscc"),
    ),
    _List(
        TableKind.CLAIM_STATUS,
        CodeSystem.CLAIM_STATUS,
        "claim status codes (X12)",
        _CODE_HEADINGS,
        re.compile(r"\d{1,4}"),
        named=re.compile(r"status"),
    ),
)


def _headings(row: list[str]) -> list[str]:
    return [" ".join(cell.replace("_", " ").split()).lower() for cell in row]


def _heading_at(wanted: _List, rows: list[list[str]]) -> int | None:
    for at, row in enumerate(rows):
        headings = _headings(row)
        if wanted.headings.intersection(headings) and wanted.beside <= set(headings):
            return at
    return None


def _recognises(wanted: _List, sheet: Sheet) -> bool:
    if wanted.named is not None and not wanted.named.search(sheet.names):
        return False
    return _heading_at(wanted, sheet.first_rows) is not None


def _read(wanted: _List, sheet: Sheet, given: Given) -> Table:
    fallback = FIRST_DAY
    if nucc := _NUCC.search(sheet.names):
        fallback = (2000 + int(nucc[1])) * 10_000 + (701 if nucc[2] == "1" else 101)
    first = given.first or first_day(sheet, given, fallback or 1)
    label = f"from {first}" if first > 1 else "without a day"
    return Table(wanted.kind, label, first if first > 1 else FIRST_DAY, _rows(wanted, sheet))


def _rows(wanted: _List, sheet: Sheet) -> Iterator[CodeRow]:
    start = _heading_at(wanted, sheet.first_rows)
    headings: list[str] = []
    found: dict[tuple[str, int], CodeRow] = {}
    for number, row in enumerate(sheet.cells()):
        if number == start:
            headings = _headings(row)
        elif headings and any(cell.strip() for cell in row):
            for one in _row(wanted, sheet, number + 1, dict(zip(headings, row, strict=False))):
                found[one.code, one.first] = one
                if len(found) > _LONGEST_LIST:
                    raise wrong_row(sheet, number + 1, f"a list has at most {_LONGEST_LIST} codes")
    yield from found.values()


def _row(wanted: _List, sheet: Sheet, number: int, cells: dict[str, str]) -> Iterator[CodeRow]:
    text = next((cells[name] for name in wanted.headings if name in cells), "").strip().upper()
    try:
        first = read_day(_cell(cells, _FIRSTS), FIRST_DAY)
        last = read_day(_cell(cells, _LASTS), LAST_DAY)
    except ValueError as error:
        raise wrong_row(sheet, number, str(error)) from error
    for code in _codes(text, wanted.width):
        if not wanted.code.fullmatch(code):
            raise wrong_row(sheet, number, f"{code!r} is no code of this list")
        yield CodeRow(wanted.system, code, first, last)


def _codes(text: str, width: int) -> Iterator[str]:
    if match := _RANGE.fullmatch(text):
        for number in range(int(match[1]), int(match[2]) + 1):
            yield str(number).zfill(width or len(match[1]))
    elif match := _ANY_LAST.fullmatch(text):
        yield from (match[1] + digit for digit in "0123456789")
    elif text:
        yield text.zfill(width) if width and text.isdigit() else text


def _cell(cells: dict[str, str], names: frozenset[str]) -> str:
    return next((cells[name] for name in cells if name in names), "")


LAYOUTS: Final = tuple(
    Layout(one.kind, one.words, partial(_recognises, one), partial(_read, one)) for one in _LISTS
)

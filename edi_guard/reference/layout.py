"""What a published layout is: how its tables are recognised, and how they are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.reference.days import FIRST_DAY
from edi_guard.reference.errors import ReferenceTableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edi_guard.reference.kinds import CodeSystem, EditSetting, TableKind
    from edi_guard.reference.sheets import Sheet

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_QUARTER = re.compile(r"(20\d\d)[ _-]?q([1-4])(?!\d)")
_MONTH_YEAR = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*[ _-]{{0,2}}(?:1[ _-])?(20\d\d)(?!\d)")
_YEAR_MONTH = re.compile(rf"(20\d\d)[ _-]{{0,2}}({'|'.join(_MONTHS)})")
_EFFECTIVE = re.compile(r"eff\w*[ _-](\d\d)[ _-](\d\d)[ _-](20\d\d)")


class CodeRow(NamedTuple):
    """A code of a code set; `flag` and `text` are the layout's own."""

    system: CodeSystem
    code: str
    first: int = FIRST_DAY
    last: int = 99991231
    flag: str = ""
    text: str = ""


class PairRow(NamedTuple):
    """An NCCI pair: the second code is not paid beside the first, by its modifier indicator."""

    column_1: str
    column_2: str
    first: int
    last: int
    indicator: int


class UnitsRow(NamedTuple):
    """A medically unlikely edit: the most units, and how they are counted (MAI 1, 2 or 3)."""

    code: str
    units: int
    adjudication: int


class AddOnRow(NamedTuple):
    """An add-on code with one of its primaries; ``CCCCC`` where the contractor defines them."""

    add_on: str
    primary: str
    type: int
    first: int
    last: int


class FeeRow(NamedTuple):
    """A row of the physician fee schedule: its payment indicators."""

    code: str
    modifier: str
    status: str
    components: str
    global_days: str
    bilateral: str
    assistant: str
    co_surgeons: str
    team: str


Row = CodeRow | PairRow | UnitsRow | AddOnRow | FeeRow


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of a table that the table does not say itself.

    Attributes:
        first: its first day; None when it is to be found out.
        setting: whose claims it is for; None when it is to be found out.
    """

    first: int | None = None
    setting: EditSetting | None = None


@dataclass(frozen=True)
class Table:
    """A table that was recognised.

    Attributes:
        kind: what it is.
        label: the publisher's name for this version.
        first: the day from which this version counts.
        rows: its rows; reading them may raise `ReferenceTableError`.
        setting: whose claims it is for; None where that makes no difference.
        part: which of several files of one version it is.
    """

    kind: TableKind
    label: str
    first: int
    rows: Iterator[Row]
    setting: EditSetting | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A published layout.

    Attributes:
        kind: what tables it holds.
        name: in words.
        recognises: whether a sheet has it.
        read: reads one that has.
    """

    kind: TableKind
    name: str
    recognises: Callable[[Sheet], bool]
    read: Callable[[Sheet, Given], Table]


def effective_day(names: str) -> int | None:
    """Return the first day that a file's names state, as CCYYMMDD; None when they state none."""
    if match := _EFFECTIVE.search(names):
        return int(match[3] + match[1] + match[2])
    if match := _QUARTER.search(names):
        return int(match[1]) * 10_000 + (int(match[2]) * 3 - 2) * 100 + 1
    if match := _MONTH_YEAR.search(names):
        return int(match[2]) * 10_000 + (_MONTHS.index(match[1]) + 1) * 100 + 1
    if match := _YEAR_MONTH.search(names):
        return int(match[1]) * 10_000 + (_MONTHS.index(match[2]) + 1) * 100 + 1
    return None


def first_day(sheet: Sheet, given: Given, fallback: int | None = None) -> int:
    """Return the first day of a table: as the user says, as its names say, or the fallback.

    Raises:
        ReferenceTableError: nobody says.
    """
    found = given.first or effective_day(sheet.names) or fallback
    if found is None:
        message = f"{sheet.name}: its name does not say from when it counts: add --effective YYYY-MM-DD"
        raise ReferenceTableError(message)
    return found


def wrong_row(sheet: Sheet, number: int, what: str) -> ReferenceTableError:
    """Return the error for a row that cannot be read."""
    return ReferenceTableError(
        f"{sheet.name}, row {number}: {what}; the file is damaged or not complete: get it from its"
        " publisher again"
    )

"""Asks the imported tables, by date of service.

Of several versions the one counts that was in force on the day: the newest that began by then. For days
before the first version, what the earliest one says of a code counts, but a code that it does not have is
not known to be wrong. Answers are remembered: a practice uses few codes.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from edi_guard.reference.days import FIRST_DAY, LAST_DAY, day_before, number_of
from edi_guard.reference.kinds import CodeSystem, EditSetting, TableKind
from edi_guard.reference.layouts.icd10 import NOT_BILLABLE
from edi_guard.reference.store import explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from edi_guard.reference.store import Edition, Store

_REMEMBERED: Final = 100_000
_UNDATED: Final = 10101
CONTRACTOR_DEFINED: Final = "CCCCC"


class Standing(enum.Enum):
    """What a code set says of a code on a day."""

    VALID = "in force"
    HEADING = "a heading, not a code that can be billed"
    EARLY = "not in force yet"
    ENDED = "no longer in force"
    MISSING = "not in the code set"
    UNKNOWN = "could not be checked"


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """What a code set says of a code on a day.

    Attributes:
        code: the code.
        standing: whether it may be used that day.
        first, last: the days between which it is in force, as CCYYMMDD; 0 and 99991231 for open ends.
        text: the table's description; only HCPCS level II has one.
        flag: the layout's own: coverage of a HCPCS code, whether a diagnosis may be billed.
        table: the version that says so.
    """

    code: str
    standing: Standing
    first: int = FIRST_DAY
    last: int = LAST_DAY
    text: str = ""
    flag: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """An NCCI pair that is in force.

    Attributes:
        column_1: the code that is paid.
        column_2: the code that is not paid beside it.
        indicator: 0 never together, 1 together with a modifier; 9 is never in force.
        table: the version that says so.
    """

    column_1: str
    column_2: str
    indicator: int
    table: str


@dataclass(frozen=True, slots=True)
class MostUnits:
    """A medically unlikely edit.

    Attributes:
        units: the most units.
        adjudication: MAI: 1 for each line, 2 for the day by policy, 3 for the day by experience.
        table: the version that says so.
    """

    units: int
    adjudication: int
    table: str


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on code on a day.

    Attributes:
        type: 1 listed primaries only, 2 defined by the contractor, 3 listed ones and others.
        primaries: the listed ones that are in force.
        table: the version that says so.
    """

    type: int
    primaries: frozenset[str]
    table: str


@dataclass(frozen=True, slots=True)
class Indicators:
    """The physician fee schedule's payment indicators of a code.

    Attributes:
        status: e.g. ``A`` paid, ``M`` measurement code, ``I`` not valid for Medicare.
        components: PC/TC; ``1`` has a professional and a technical component.
        global_days: ``ZZZ`` for add-on codes.
        bilateral: ``0`` no adjustment, ``1`` 150 per cent, ``2`` bilateral already, ``3`` each side paid.
        assistant: ``0`` with documents, ``1`` not paid, ``2`` paid.
        co_surgeons, team: ``0`` not allowed, ``1`` with documents, ``2`` allowed.
        table: the version that says so.
    """

    status: str
    components: str
    global_days: str
    bilateral: str
    assistant: str
    co_surgeons: str
    team: str
    table: str


@dataclass(frozen=True, slots=True)
class _Placed:
    """An edition with the store it is in."""

    store: Store
    edition: Edition

    @property
    def table(self) -> str:
        """How findings name it."""
        setting = f" {self.edition.setting}" if self.edition.setting else ""
        return f"{self.edition.kind}{setting} {self.edition.label}"

    def rows(self, statement: str, *values: object) -> list[Any]:
        with explained(self.store.name):
            return self.store.connection.execute(statement, (self.edition.id, *values)).fetchall()


class ReferenceTables:
    """The tables of one or more stores; a later store's editions stand beside the earlier ones'."""

    def __init__(self, stores: Iterable[Store], until: int = LAST_DAY) -> None:
        """Take the editions of stores.

        Args:
            stores: where the tables are.
            until: editions that begin after this day, as CCYYMMDD, are left out.
        """
        self._stores = tuple(stores)
        self._until = until
        self._earlier: dict[tuple[int, ...], ReferenceTables] = {}
        self._by_kind: defaultdict[tuple[TableKind, EditSetting | None], list[_Placed]] = defaultdict(list)
        self._by_system: defaultdict[str, list[_Placed]] = defaultdict(list)
        self._addenda: list[_Placed] = []
        for store in self._stores:
            self._take(store)
        for placed in (*self._by_kind.values(), *self._by_system.values(), self._addenda):
            placed.sort(key=lambda one: one.edition.first)
        remembered = lru_cache(maxsize=_REMEMBERED)
        self._entry = remembered(self._find_entry)
        self._pair_rows = remembered(self._find_pair_rows)
        self._units_row = remembered(self._find_units)
        self._add_on_rows = remembered(self._find_add_on_rows)
        self._fee_row = remembered(self._find_fee_row)

    def _take(self, store: Store) -> None:
        systems: defaultdict[int, list[str]] = defaultdict(list)
        for number, system in store.systems():
            systems[number].append(system)
        for edition in store.editions():
            if edition.first > self._until:
                continue
            placed = _Placed(store, edition)
            self._by_kind[edition.kind, edition.setting].append(placed)
            if edition.kind is TableKind.ICD_10_CM_ADDENDA:
                self._addenda.append(placed)
                continue
            for system in systems[edition.id]:
                self._by_system[system].append(placed)

    def as_of(self, day: date) -> ReferenceTables:
        """Return the tables without the editions that began after a day: what could be known by then."""
        number = number_of(day)
        known = tuple(edition.first for edition in self.editions if edition.first <= number)
        if len(known) == len(self.editions):
            return self
        if known not in self._earlier:
            self._earlier[known] = ReferenceTables(self._stores, number)
        return self._earlier[known]

    # ---------------------------------------------------------------- what is there

    def has_system(self, system: CodeSystem) -> bool:
        """Whether any table of a code set is loaded."""
        return bool(self._by_system.get(system))

    def has_kind(self, kind: TableKind, setting: EditSetting | None = None) -> bool:
        """Whether a kind of table is loaded; of a setting, if one is given."""
        if setting is None:
            return any(found and key[0] is kind for key, found in self._by_kind.items())
        return bool(self._by_kind.get((kind, setting)))

    @cached_property
    def editions(self) -> list[Edition]:
        """Every version that is loaded."""
        return [placed.edition for found in self._by_kind.values() for placed in found]

    # ------------------------------------------------------------------- code sets

    def entry(self, system: CodeSystem, code: str, on: date) -> CodeEntry:
        """Return what a code set says of a code on a day."""
        return self._on_day(system, code, number_of(on))

    def _on_day(self, system: CodeSystem, code: str, day: int) -> CodeEntry:
        found = self._by_system.get(system)
        if not found:
            return CodeEntry(code, Standing.UNKNOWN)
        at = _in_force(found, day)
        placed = found[max(at, 0)]
        rows = self._entry(system, code, max(at, 0))
        is_covered = at >= 0 and _is_current(placed.edition, day)
        made = _placed_entry(code, rows, day, placed.table, is_covered=is_covered)
        if system is CodeSystem.DIAGNOSIS and self._addenda:
            made = self._amended(made, placed.edition.first, day)
        return made

    def _find_entry(self, system: CodeSystem, code: str, at: int) -> tuple[tuple[int, int, str, str], ...]:
        placed = self._by_system[system][at]
        rows = placed.rows(
            "SELECT first, last, flag, text FROM codes WHERE edition = ? AND system = ? AND code = ?"
            " ORDER BY first",
            system,
            code,
        )
        return tuple(rows)

    def _amended(self, entry: CodeEntry, since: int, day: int) -> CodeEntry:
        """Return an entry with the addenda that came after its table's first day."""
        for placed in self._addenda:
            if since < placed.edition.first <= day:
                rows = placed.rows(
                    "SELECT first, last, flag, text FROM codes WHERE edition = ? AND system = ? AND code = ?",
                    CodeSystem.DIAGNOSIS,
                    entry.code,
                )
                if rows:
                    entry = _placed_entry(entry.code, rows, day, placed.table, is_covered=True)
        return entry

    def is_steady(self, system: CodeSystem, code: str, first: date, last: date) -> bool:
        """Whether a code may be used on every day between two; where no table says so, it is not."""
        begin, end = number_of(first), number_of(last)
        changes = {p.edition.first for p in (*self._by_system.get(system, ()), *self._addenda)}
        starts = sorted({begin, *(day for day in changes if begin < day <= end)})
        ends = [*(day_before(day) for day in starts[1:]), end]
        for start, until in zip(starts, ends, strict=True):
            entry = self._on_day(system, code, start)
            if entry.standing is not Standing.VALID or entry.last < until:
                return False
        return True

    def hcpcs(self, code: str, on: date) -> CodeEntry | None:
        """Return what the HCPCS file says of a code that is in force on a day, None when it has none."""
        found = self.entry(CodeSystem.HCPCS, code, on)
        return found if found.standing is Standing.VALID else None

    # -------------------------------------------------------------------- NCCI

    def pair(self, setting: EditSetting, column_1: str, column_2: str, on: date) -> Pair | None:
        """Return the pair of two codes that is in force on a day, None when there is none."""
        day = number_of(on)
        found = self._by_kind.get((TableKind.PAIRS, setting), ())
        if not found:
            return None
        at = max(_in_force(found, day), 0)
        for first, last, indicator in self._pair_rows(setting, column_1, column_2, at):
            # A pair that ended on its first day was never in force.
            if first <= day <= last and first < last and indicator in (0, 1):
                return Pair(column_1, column_2, indicator, found[at].table)
        return None

    def pair_indicators(self, setting: EditSetting, column_1: str, column_2: str) -> frozenset[int]:
        """Return the indicators that two codes have in any version, on any day."""
        found = self._by_kind.get((TableKind.PAIRS, setting), ())
        return frozenset(
            indicator
            for at in range(len(found))
            for first, last, indicator in self._pair_rows(setting, column_1, column_2, at)
            if first < last
        )

    def _find_pair_rows(
        self, setting: EditSetting, column_1: str, column_2: str, at: int
    ) -> tuple[tuple[int, int, int], ...]:
        placed = self._by_kind[TableKind.PAIRS, setting][at]
        rows = placed.rows(
            "SELECT first, last, indicator FROM pairs WHERE edition = ? AND column_1 = ? AND column_2 = ?",
            column_1,
            column_2,
        )
        return tuple(rows)

    def most_units(self, setting: EditSetting, code: str, on: date) -> MostUnits | None:
        """Return the most units of a code, None when no table of the day has it."""
        found = self._by_kind.get((TableKind.UNITS, setting), ())
        at = _in_force(found, number_of(on))
        row = self._units_row(setting, code, at) if at >= 0 else None
        return MostUnits(*row, found[at].table) if row else None

    def least_units(self, setting: EditSetting, code: str) -> MostUnits | None:
        """Return the strictest value of a code in any version, None when none has it."""
        found = self._by_kind.get((TableKind.UNITS, setting), ())
        rows = [row for at in range(len(found)) if (row := self._units_row(setting, code, at))]
        return MostUnits(min(row[0] for row in rows), max(row[1] for row in rows), "") if rows else None

    def _find_units(self, setting: EditSetting, code: str, at: int) -> tuple[int, int] | None:
        placed = self._by_kind[TableKind.UNITS, setting][at]
        rows = placed.rows("SELECT units, adjudication FROM units WHERE edition = ? AND code = ?", code)
        return rows[0] if rows else None

    def add_on(self, code: str, on: date) -> AddOn | None:
        """Return what is said of an add-on code on a day, None when it is none."""
        found = self._by_kind.get((TableKind.ADD_ON, None), ())
        if not found:
            return None
        day = number_of(on)
        at = max(_in_force(found, day), 0)
        rows = [row for row in self._add_on_rows(code, at) if row[2] <= day <= row[3]]
        if not rows:
            return None
        primaries = frozenset(row[0] for row in rows if row[0] != CONTRACTOR_DEFINED)
        return AddOn(max(row[1] for row in rows), primaries, found[at].table)

    def is_ever_add_on(self, code: str) -> bool:
        """Whether any version knows a code as an add-on code, on any day."""
        found = self._by_kind.get((TableKind.ADD_ON, None), ())
        return any(self._add_on_rows(code, at) for at in range(len(found)))

    def _find_add_on_rows(self, code: str, at: int) -> tuple[tuple[str, int, int, int], ...]:
        placed = self._by_kind[TableKind.ADD_ON, None][at]
        rows = placed.rows(
            "SELECT primary_code, type, first, last FROM add_ons WHERE edition = ? AND add_on = ?", code
        )
        return tuple(rows)

    # ------------------------------------------------------------- the fee schedule

    def indicators(self, code: str, on: date) -> Indicators | None:
        """Return the payment indicators of a code, None when no table of the day has it."""
        found = self._by_kind.get((TableKind.FEE_SCHEDULE, None), ())
        at = _in_force(found, number_of(on))
        row = self._fee_row(code, at) if at >= 0 else None
        return _indicators(row, found[at].table) if row else None

    def all_indicators(self, code: str) -> list[Indicators | None]:
        """Return the payment indicators of a code in each version, None where it has it not."""
        found = self._by_kind.get((TableKind.FEE_SCHEDULE, None), ())
        rows = [self._fee_row(code, at) for at in range(len(found))]
        return [_indicators(row, "") if row else None for row in rows]

    def _find_fee_row(self, code: str, at: int) -> tuple[str, ...] | None:
        placed = self._by_kind[TableKind.FEE_SCHEDULE, None][at]
        rows = placed.rows(
            "SELECT status, components, global_days, bilateral, assistant, co_surgeons, team FROM fees"
            " WHERE edition = ? AND code = ? ORDER BY modifier",
            code,
        )
        return rows[0] if rows else None


def _indicators(row: tuple[str, ...], table: str) -> Indicators:
    status, components, global_days, bilateral, assistant, co_surgeons, team = row
    return Indicators(status, components, global_days, bilateral, assistant, co_surgeons, team, table)


def _in_force(found: Sequence[_Placed], day: int) -> int:
    """Return which edition counts on a day; -1 before the first."""
    at = -1
    for number, placed in enumerate(found):
        if placed.edition.first <= day:
            at = number
    return at


def _is_current(edition: Edition, day: int) -> bool:
    """Whether a version was the newest of its publisher on a day; one without a day never grows old."""
    if edition.first <= _UNDATED:
        return True
    months = edition.first // 100 % 100 + edition.kind.months - 1
    end = (edition.first // 10_000 + months // 12) * 10_000 + (months % 12 + 1) * 100 + edition.first % 100
    return day < end


def _placed_entry(
    code: str, rows: Sequence[tuple[int, int, str, str]], day: int, table: str, *, is_covered: bool
) -> CodeEntry:
    if not rows:
        return CodeEntry(code, Standing.MISSING if is_covered else Standing.UNKNOWN, table=table)
    for first, last, flag, text in rows:
        if first <= day <= last:
            standing = Standing.HEADING if flag == NOT_BILLABLE else Standing.VALID
            return CodeEntry(code, standing, first, last, text, flag, table)
    first, last, flag, text = min(rows, key=lambda row: min(abs(row[0] - day), abs(row[1] - day)))
    standing = Standing.EARLY if day < first else Standing.ENDED
    return CodeEntry(code, standing, first, last, text, flag, table)

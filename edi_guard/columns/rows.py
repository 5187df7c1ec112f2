"""Turns reports into rows: plain values in the columns that the schema names, masked as the report is."""

from __future__ import annotations

from array import array
from datetime import date
from decimal import Decimal
from functools import cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from edi_guard.columns.schema import (
    CLAIMS,
    DECIMALS,
    FINDINGS,
    INPUTS,
    Column,
    Kind,
    ListOf,
    Record,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from edi_guard.report import (
        ClaimReport,
        FindingReport,
        InputReport,
        Report,
        SharedFindingReport,
        SharedRepairReport,
        SummaryReport,
        ToolReport,
    )

Row = dict[str, object]
"""A row, by columns. Lists of numbers are arrays, since one may name a million claims."""

UNJUDGED: Final = "unjudged"


class Described(NamedTuple):
    """What a row of the table of inputs is about."""

    input: InputReport | UnreadInput
    status: str
    error: str | None
    tool: ToolReport
    summary: SummaryReport | None
    repairs: tuple[SharedRepairReport, ...]


class UnreadInput(NamedTuple):
    """An input of which no verdict is known."""

    path: str
    sha256: str | None
    bytes: int | None
    today: str


class _Claim(NamedTuple):
    input: InputReport
    claim: ClaimReport


class _Found(NamedTuple):
    input: InputReport
    claim: ClaimReport | None
    finding: FindingReport
    transaction: str | None
    affects: Sequence[int]


def rows_of(report: Report) -> Iterator[tuple[Table, Row]]:
    """Yield the rows of a report, claim by claim, each with the table that it belongs to."""
    yield INPUTS, _row(INPUTS, _described(report))
    for shared in report.findings:
        yield FINDINGS, _row(FINDINGS, _above(report, shared))
    for claim in report.claims:
        yield CLAIMS, _row(CLAIMS, _Claim(report.input, claim))
        for finding in claim.findings:
            own = _Found(report.input, claim, finding, claim.transaction, (claim.ordinal,))
            yield FINDINGS, _row(FINDINGS, own)


def unjudged(path: str, error: str, today: date, tool: ToolReport, size: int | None = None) -> Row:
    """Return the row of the table of inputs for an input that could not be judged.

    Args:
        path: the input's name.
        error: why, in one sentence.
        today: the day of the check.
        tool: what would have judged it.
        size: its bytes, None where not known.
    """
    unread = UnreadInput(path, None, size, today.isoformat())
    return _row(INPUTS, Described(unread, UNJUDGED, error, tool, None, ()))


def _described(report: Report) -> Described:
    return Described(report.input, report.status, None, report.tool, report.summary, report.repairs)


def _above(report: Report, shared: SharedFindingReport) -> _Found:
    return _Found(report.input, None, shared, shared.transaction, shared.affects)


def _row(table: Table, subject: object) -> Row:
    return _reader(table)(subject)


@cache
def _reader(table: Table) -> Callable[[object], Row]:
    return _record_reader(table.record)


def _record_reader(record: Record) -> Callable[[object], Row]:
    parts = [(column.name, _column_reader(column)) for column in record.columns]

    def read(subject: object) -> Row:
        return {name: value(subject) for name, value in parts}

    return read


def _column_reader(column: Column) -> Callable[[object], object]:
    find = _finder(column)
    convert = _converter(column.type)
    if convert is None:
        return find

    def read(subject: object) -> object:
        value = find(subject)
        return None if value is None else convert(value)

    return read


def _finder(column: Column) -> Callable[[object], Any]:
    steps = column.source.split(".")
    if not column.nullable or len(steps) == 1:
        return attrgetter(column.source)

    def find(subject: object) -> Any:
        value = subject
        for step in steps:
            value = getattr(value, step)
            if value is None:
                return None
        return value

    return find


def _converter(kind: Kind | Record | ListOf) -> Callable[[Any], object] | None:
    """Return what turns a report's value into a column's; None where it is the same."""
    if isinstance(kind, Record):
        return _record_reader(kind)
    if isinstance(kind, ListOf):
        return _list_converter(kind)
    return _CONVERTERS.get(kind)


def _list_converter(kind: ListOf) -> Callable[[Any], object]:
    if kind.item is Kind.INTEGER:
        return partial(array, "i")
    if not isinstance(kind.item, Record):
        return list
    read = _record_reader(kind.item)

    def convert(values: Any) -> object:
        return [read(value) for value in values]

    return convert


def _decimal_converter(digits: int, scale: int) -> Callable[[str], object]:
    unit = Decimal(1).scaleb(-scale)
    too_large = Decimal(10) ** (digits - scale)

    def convert(text: str) -> Decimal | None:
        value = Decimal(text)
        # Nothing is rounded. What does not fit is no sum of money, and a finding says so.
        if abs(value) >= too_large or value != value.quantize(unit):
            return None
        return value.quantize(unit)

    return convert


_CONVERTERS: Final[Mapping[Kind, Callable[[Any], object]]] = {
    Kind.DATE: date.fromisoformat,
    **{kind: _decimal_converter(*decimal) for kind, decimal in DECIMALS.items()},
}

"""DATE: statement period, admission, and the dates inside HI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind, Period, ServiceLine, read_period
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding, Location
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Segment

DATED = ("BBR", "BR", "BBQ", "BQ", "BH", "BI")
_TOTAL = "0001"
_MINUTES_A_DAY = 24 * 60


def _has_no_dated_code(elements: list[str], separator: str, _: Context) -> bool:
    return not any(element.partition(separator)[0] in DATED for element in elements[1:])


def _has_no_range_backwards(elements: list[str], separator: str, context: Context) -> bool:
    if elements[0] == "HI":
        return _has_no_dated_code(elements, separator, context)
    if len(elements) < 4 or elements[2] != "RD8":
        return True
    first, _, last = elements[3].partition("-")
    return first <= last


@rule(
    "DATE140",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M52",),
    claim_status=("A7:187",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("SV2",),
    edits=("STEDI-093", "AVAIL-001"),
    signs=Sign.UNDATED,
)
def outpatient_line_without_date(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Outpatient line without a date, where the statement covers several days.

    ## Why it is denied
    Nobody can tell on which of the days it was done.

    ## What to do
    Enter the date of service of the line.

    ## Example
    Denied: a line without `DTP*472` under `DTP*434*RD8*20261102-20261104~`, type of bill 131
    Paid: `DTP*472*D8*20261103~` behind `SV2`

    ## Exceptions
    Stays, home health, hospice; statements of one day; lines with a drug (LIN), where the guide asks for
    no date; the total line (0001).

    ## Source
    005010X223A2, loop 2400, DTP 472, situational.
    """
    period = line.claim.statement_period
    if not line.claim.is_outpatient or period is None or period.first >= period.last:
        return
    if line.own.first("DTP", "472") or line.first("LIN") or line.revenue_code == _TOTAL:
        return
    yield outpatient_line_without_date.finding(
        line.at_line,
        f"line {line.number} has no date of service, and the statement covers several days",
        expected="DTP*472",
    )


@rule(
    "DATE240",
    on=Claim,
    snip=2,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:187",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("HI",),
    edits=("STEDI-050",),
    unless=_has_no_dated_code,
)
def dated_code_unreadable(claim: Claim, _: Context) -> Iterator[Finding]:
    """Date of a procedure, occurrence or span that is no date.

    ## Why it is denied
    A date that cannot be read is no date.

    ## What to do
    Enter the date as CCYYMMDD, two of them joined by a hyphen for a span.

    ## Example
    Denied: `HI*BH:11:D8:20261302~`
    Paid: `HI*BH:11:D8:20261102~`

    ## Exceptions
    A missing date is a matter of the guide (IG102).

    ## Source
    005010X223A2, loop 2300, HI with BBR, BBQ, BH, BI, component 4.
    """
    for value in claim.coded(*DATED):
        text = value.segment.component(value.element, 4)
        if text and value.period is None:
            yield dated_code_unreadable.finding(
                claim.at(value.segment, value.element, 4),
                "the date of a procedure, occurrence or span is no date",
                observed=text,
                expected="CCYYMMDD, or two of them joined by a hyphen with RD8",
            )


@rule(
    "DATE241",
    on=Claim,
    snip=2,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("MA40",),
    claim_status=("A7:189",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("DTP*435",),
)
def admission_without_hour(claim: Claim, _: Context) -> Iterator[Finding]:
    """Admission that promises an hour and gives none, or no possible one.

    ## Why it is denied
    DT announces a day with hour and minute. Receivers that read both find nothing.

    ## What to do
    Enter the hour of admission, or D8 where only the day is known.

    ## Example
    Denied: `DTP*435*DT*20261102~`
    Paid: `DTP*435*DT*202611020800~`

    ## Exceptions
    A day that is no date is a matter of the guide (IG201).

    ## Source
    005010X223A2, loop 2300, DTP 435.
    """
    segment = claim.own.first("DTP", "435")
    if segment is None or segment[2] != "DT" or read_period("DT", segment[3]) is None:
        return
    if not _is_time(segment[3][8:]):
        yield admission_without_hour.finding(
            claim.at(segment, 3),
            "the admission has no hour and minute, which DT announces",
            observed=segment[3],
            expected="CCYYMMDDHHMM",
        )


def _is_time(text: str) -> bool:
    if len(text) != len("HHMM") or not (text.isascii() and text.isdigit()):
        return False
    return int(text[2:]) < 60 and int(text[:2]) * 60 + int(text[2:]) < _MINUTES_A_DAY


@rule(
    "DATE340",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA31",),
    claim_status=("A7:187",),
    segments=("DTP", "HI"),
    edits=("STEDI-051",),
    unless=_has_no_range_backwards,
)
def claim_range_backwards(claim: Claim, _: Context) -> Iterator[Finding]:
    """Range of dates of the whole claim that ends before it begins.

    ## Why it is denied
    The range contains no day.

    ## What to do
    Exchange or correct the dates.

    ## Example
    Denied: `DTP*434*RD8*20261105-20261102~`
    Paid: `DTP*434*RD8*20261102-20261105~`

    ## Exceptions
    None. The lines' own ranges are DATE301.

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, DTP and HI with BI.
    """
    for place, period in _ranges(claim):
        if period.last < period.first:
            yield claim_range_backwards.finding(
                place,
                f"a range of dates of the claim ends on {period.last}, before it begins on {period.first}",
                observed=f"{period.first} to {period.last}",
                expected="the first day, then the last",
            )


def _ranges(claim: Claim) -> Iterator[tuple[Location, Period]]:
    for segment in claim.own.all("DTP"):
        period = _range(segment)
        if period is not None:
            yield claim.at(segment, 3), period
    for value in claim.coded("BI"):
        if value.period is not None:
            yield claim.at(value.segment, value.element, 4), value.period


def _range(segment: Segment) -> Period | None:
    return read_period("RD8", segment[3]) if segment[2] == "RD8" else None


@rule(
    "DATE341",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M52", "MA31"),
    claim_status=("A7:188",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("DTP",),
    edits=("STEDI-052",),
    signs=Sign.OUTSIDE_STATEMENT,
)
def line_outside_statement(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Date of service outside the statement period.

    ## Why it is denied
    The claim speaks for the days of its statement only.

    ## What to do
    Correct the date, or the statement period, or bill the line on another claim.

    ## Example
    Denied: `DTP*472*D8*20261110~` under `DTP*434*RD8*20261101-20261103~`
    Paid: `DTP*472*D8*20261102~` under the same

    ## Exceptions
    Stays are held, not rejected: services shortly before admission are billed with them, and payers
    differ in how the statement then begins.

    ## Source
    005010X223A2, loop 2400, DTP 472, and loop 2300, DTP 434; published front-end edits.
    """
    period, statement = line.own_period, line.claim.statement_period
    if period is None or statement is None or statement.last < statement.first:
        return
    if min(period) < statement.first or max(period) > statement.last:
        yield line_outside_statement.finding(
            line.at_date,
            f"line {line.number} has a date of service outside the statement period {statement.first} to"
            f" {statement.last}",
            observed=f"{period.first} to {period.last}",
            expected=f"{statement.first} to {statement.last}",
            severity=Severity.HOLD if line.claim.is_inpatient else None,
        )


@rule(
    "DATE342",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA40",),
    claim_status=("A7:189",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("DTP*435",),
)
def admission_after_statement(claim: Claim, _: Context) -> Iterator[Finding]:
    """Admission after the last day of the statement.

    ## Why it is denied
    The bill is for days on which the patient had not been admitted.

    ## What to do
    Correct the admission date or the statement period.

    ## Example
    Denied: `DTP*435*DT*202611060800~` with `DTP*434*RD8*20261102-20261105~`
    Paid: `DTP*435*DT*202611020800~` with the same

    ## Exceptions
    Only stays. The statement may begin before admission (services on the way to it) or after (interim
    bills).

    ## Source
    005010X223A2, loop 2300, DTP 434 and 435.
    """
    admission, statement = claim.own.days("435"), claim.statement_period
    if not claim.is_inpatient or admission is None or statement is None:
        return
    segment = claim.own.first("DTP", "435")
    if segment is not None and admission.first > max(statement):
        yield admission_after_statement.finding(
            claim.at(segment, 3),
            f"the admission on {admission.first} is after the end of the statement, {max(statement)}",
            observed=str(admission.first),
            expected=f"{max(statement)} or earlier",
        )

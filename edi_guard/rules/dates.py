"""DATE: dates of service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


def is_single_day(elements: list[str], _separator: str, _: Context) -> bool:
    """Whether a date is a day, or none of service; the guide has seen to it that it is one."""
    return len(elements) < 3 or elements[1] != "472" or elements[2] == "D8"


@rule(
    "DATE101",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16", "110"),
    rarc=("M52",),
    claim_status=("A6:187",),
    kind=ClaimKind.PROFESSIONAL,
    signs=Sign.UNDATED,
)
def service_date_missing(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Professional line without a date of service.

    ## Why it is denied
    Nothing can be paid without the day on which it was done.

    ## What to do
    Enter the date of service.

    ## Example
    Denied: a line without `DTP*472`
    Paid: `DTP*472*D8*20261102~` behind `SV1`

    ## Exceptions
    Institutional lines take the statement period where the date is left out.

    ## Source
    005010X222A1, loop 2400, DTP 472, required.
    """
    if line.own.first("DTP", "472") is None:
        yield service_date_missing.finding(
            line.at_line, f"line {line.number} has no date of service", expected="DTP*472"
        )


@rule(
    "DATE201",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M52", "M59"),
    claim_status=("A7:187",),
    segments=("DTP*472",),
    edits=("STEDI-050", "UHC-021"),
    unless=is_single_day,
)
def service_date_unreadable(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Date of service that is no date.

    ## Why it is denied
    A date that cannot be read is no date.

    ## What to do
    Enter the date of service as CCYYMMDD.

    ## Example
    Denied: `DTP*472*D8*20261302~`
    Paid: `DTP*472*D8*20261102~`

    ## Exceptions
    CCYY-MM-DD and CCYY/MM/DD are spellings, which are repaired (FMT108).

    ## Source
    005010X222A1 and 005010X223A2, loop 2400, DTP 472.
    """
    segment = line.own.first("DTP", "472")
    if segment is not None and line.own_period is None:
        yield service_date_unreadable.finding(
            line.at_date,
            f"the date of service of line {line.number} is no date",
            observed=segment[3],
            expected="CCYYMMDD, or two of them joined by a hyphen with RD8",
        )


@rule(
    "DATE301",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M52",),
    claim_status=("A8:187",),
    segments=("DTP*472",),
    edits=("STEDI-051", "KAREO-006"),
    unless=is_single_day,
)
def service_range_backwards(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Range of service dates that ends before it begins.

    ## Why it is denied
    The range contains no day.

    ## What to do
    Exchange or correct the dates.

    ## Example
    Denied: `DTP*472*RD8*20261105-20261102~`
    Paid: `DTP*472*RD8*20261102-20261105~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loop 2400, DTP 472.
    """
    period = line.own_period
    if period is not None and period.last < period.first:
        yield service_range_backwards.finding(
            line.at_date,
            f"the dates of service of line {line.number} end on {period.last}, before they begin"
            f" on {period.first}",
            observed=f"{period.first} to {period.last}",
            expected="the first day, then the last",
        )


@rule(
    "DATE302",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("110", "16"),
    rarc=("M52",),
    claim_status=("A7:187", "A7:510"),
    signs=Sign.FUTURE,
)
def service_in_the_future(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Date of service in the future.

    ## Why it is denied
    What is not yet done cannot be paid.

    ## What to do
    Correct the date of service, or send the claim after that day.

    ## Example
    Denied: `DTP*472*D8*20270105~` on 23 November 2026
    Paid: `DTP*472*D8*20261105~` on 23 November 2026

    ## Exceptions
    The day of the check itself is not the future.

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loop 2400, DTP 472.
    """
    period = line.own_period
    if period is not None and max(period) > context.today:
        yield service_in_the_future.finding(
            line.at_date,
            f"line {line.number} has the date of service {max(period)}, which is after today"
            f" ({context.today})",
            observed=str(max(period)),
            expected=f"{context.today} or earlier",
        )

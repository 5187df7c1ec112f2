"""UNIT: quantities that the standard or a payer cannot take: paid units, digits, minutes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, ServiceLine, read_amount
from edi_guard.findings import Severity
from edi_guard.policy.codeset import CodeSet
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import procedure_code
from edi_guard.x12.segment import element_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Segment

# Where other payers and repricers state units, and where the provider does.
_ADJUDICATED = {"SVD": 5, "HCP": 12}
_STATED = {"SV1": 4, "SV2": 5, "SVD": 5}
MOST_DIGITS = 8
MOST_DECIMALS = 3
_QUANTITY = re.compile(r"-?0*(\d*)(?:\.(\d*?)0*)?", re.ASCII)

MINUTES = "MJ"
ANESTHESIA = CodeSet.parse("00100-01999")
# Paid by area, by day, or not described: they are not counted in minutes.
ANESTHESIA_WITHOUT_TIME = CodeSet.parse("01953 01996 01999")
# For labor some payers take a flat rate, and units.
LABOR_ANESTHESIA = CodeSet.parse("01960 01967-01969")


def _quantities(line: ServiceLine, elements: dict[str, int]) -> Iterator[tuple[Segment, int]]:
    for segment in line.segments:
        element = elements.get(segment.elements[0])
        if element is not None and segment[element]:
            yield segment, element


def _has_short_quantity(elements: list[str], _separator: str, _: Context) -> bool:
    at = _STATED[elements[0]]
    return len(elements) <= at or (elements[at].isdigit() and len(elements[at]) <= MOST_DIGITS)


def _is_no_anesthesia(elements: list[str], separator: str, _: Context) -> bool:
    return procedure_code(elements, separator) not in ANESTHESIA


@rule(
    "UNIT260",
    on=ServiceLine,
    snip=2,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M53",),
    claim_status=("A7:476",),
    segments=("SVD", "HCP"),
    edits=("STEDI-007",),
)
def no_adjudicated_units(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Units paid by another payer, or approved by a repricer, that are zero or less.

    ## Why it is denied
    Front ends refuse counts that are not greater than zero, other payers' included.

    ## What to do
    Enter the units of the remittance; where it states none, those that were billed.

    ## Example
    Denied: `SVD*60055*144*HC:20610**-1~`
    Paid: `SVD*60055*144*HC:20610**1~`

    ## Exceptions
    Zero is what some payers report for a denied line, so that it is only warned of.

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loop 2430, SVD05; loop 2400, HCP12.
    """
    for segment, element in _quantities(line, _ADJUDICATED):
        units = read_amount(segment[element])
        if units is not None and units <= 0:
            yield no_adjudicated_units.finding(
                line.at(segment, element),
                f"line {line.number} has {units} units in {element_reference(segment.id, element)}",
                observed=segment[element],
                expected="more than zero",
                severity=Severity.WARN if units == 0 else None,
            )


@rule(
    "UNIT262",
    on=ServiceLine,
    snip=1,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M53",),
    claim_status=("A7:476",),
    segments=("SV1", "SV2", "SVD"),
    edits=("STEDI-106",),
    unless=_has_short_quantity,
)
def too_many_digits_in_units(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Units with more than eight digits or more than three decimals.

    ## Why it is denied
    The guides allow eight digits without the decimal point, three of them behind it.

    ## What to do
    Enter the units with at most three decimals.

    ## Example
    Denied: `SV1*HC:J1100*15*UN*1.2345***1~`
    Paid: `SV1*HC:J1100*15*UN*1.235***1~`

    ## Exceptions
    Zeros in front and at the end do not count.

    ## Source
    005010X222A1, loop 2400, SV104; 005010X223A2, loop 2400, SV205; both, loop 2430, SVD05.
    """
    for segment, element in _quantities(line, _STATED):
        match = _QUANTITY.fullmatch(segment[element])
        if match is None:
            continue
        whole, decimals = match[1], match[2] or ""
        if len(whole) + len(decimals) > MOST_DIGITS or len(decimals) > MOST_DECIMALS:
            yield too_many_digits_in_units.finding(
                line.at(segment, element),
                f"the units of line {line.number} in {element_reference(segment.id, element)} have"
                f" {len(whole) + len(decimals)} digits, {len(decimals)} of them decimals",
                observed=segment[element],
                expected=f"at most {MOST_DIGITS} digits and {MOST_DECIMALS} decimals",
            )


@rule(
    "UNIT263",
    on=ServiceLine,
    snip=6,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("N203",),
    claim_status=("A7:476",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("SV1",),
    unless=_is_no_anesthesia,
)
def anesthesia_without_minutes(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Anesthesia that is not counted in minutes.

    ## Why it is denied
    Anesthesia is paid by time. A line in units is paid as so many minutes, or refused.

    ## What to do
    Enter MJ in SV103 and the minutes of anesthesia in SV104.

    ## Example
    Denied: `SV1*HC:00400:AA*600*UN*4***1~`
    Paid: `SV1*HC:00400:AA*600*MJ*60***1~`

    ## Exceptions
    01953, 01996 and 01999 are not counted by time. For labor (01960, 01967 to 01969), where payers
    differ, the rule only warns.

    ## Source
    005010X222A1, loop 2400, SV103; CMS, Medicare Claims Processing Manual, chapter 12, section 50.
    """
    code, basis = line.code, line.unit_basis
    if code not in ANESTHESIA or code in ANESTHESIA_WITHOUT_TIME or basis in ("", MINUTES):
        return
    yield anesthesia_without_minutes.finding(
        line.at(line.service, 3),
        f"{code} is anesthesia, and line {line.number} does not count it in minutes",
        observed=basis,
        expected=MINUTES,
        severity=Severity.WARN if code in LABOR_ANESTHESIA else None,
    )

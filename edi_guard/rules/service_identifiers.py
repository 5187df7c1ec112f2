"""ID: identifiers of a claim and its lines: control numbers, CLIA, purchased services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.segment_places import on_line, place, segments_with_lines
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

CONTROL_NUMBER = "6R"
CLIA = frozenset({"X4", "F4"})
PURCHASED_SERVICE = "QB"
LONGEST_CLAIM_NUMBER = 20
LONGEST_LINE_NUMBER = 30
# What X12 itself allows; beyond it the guide's map speaks (IG202).
_X12_CLAIM_NUMBER = 38
_X12_REFERENCE = 50
_CLIA = re.compile(r"\d{2}D\d{7}", re.ASCII)


def _has_short_claim_number(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 2 or len(elements[1]) <= LONGEST_CLAIM_NUMBER


def _has_short_line_number(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 3 or len(elements[2]) <= LONGEST_LINE_NUMBER


@rule(
    "ID261",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA120",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("REF*X4", "REF*F4"),
    edits=("STEDI-116",),
)
def malformed_clia_number(claim: Claim, _: Context) -> Iterator[Finding]:
    """CLIA number that does not have the shape of one.

    ## Why it is denied
    A laboratory's certificate has ten characters: two digits, the letter D and seven digits. Another
    number is no certificate, and the test is not paid.

    ## What to do
    Enter the number from the laboratory's CLIA certificate.

    ## Example
    Denied: `REF*X4*45X2167451~`
    Paid: `REF*X4*45D2167451~`

    ## Exceptions
    None.

    ## Source
    CMS, CLIA certificate numbers; 005010X222A1, loops 2300 and 2400, REF with X4 or F4.
    """
    for segment, line in segments_with_lines(claim):
        # In loops 2310 to 2330 the same qualifiers would be a guide error.
        if segment.id != "REF" or segment[1] not in CLIA or segment.loop not in ("2300", "2400"):
            continue
        if segment[2] and not _CLIA.fullmatch(segment[2]):
            yield malformed_clia_number.finding(
                place(claim, line, segment, 2),
                f"{on_line(line)} has a CLIA number that does not have the shape of one",
                observed=segment[2],
                expected="two digits, the letter D, seven digits",
                line=line.number if line is not None else None,
            )


@rule(
    "ID360",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:584",),
    segments=("REF*6R",),
    edits=("STEDI-009",),
    signs=Sign.REPEATED_NUMBER,
)
def line_number_repeated(claim: Claim, _: Context) -> Iterator[Finding]:
    """Line control number that stands on two lines of the claim.

    ## Why it is denied
    The remittance names lines by this number. With one number for two lines it cannot, and front ends
    refuse the claim.

    ## What to do
    Give each line a control number of its own.

    ## Example
    Denied: two lines with `REF*6R*12345~`
    Paid: `REF*6R*12345~` and `REF*6R*12346~`

    ## Exceptions
    Lines of different claims may have the same number.

    ## Source
    005010X222A1 and 005010X223A2, loop 2400, REF with 6R: unique within the claim.
    """
    first: dict[str, int] = {}
    for line in claim.lines:
        segment = line.own.first("REF", CONTROL_NUMBER)
        if segment is None or not segment[2]:
            continue
        if segment[2] in first:
            yield line_number_repeated.finding(
                line.at(segment, 2),
                f"lines {first[segment[2]]} and {line.number} have the same control number (REF 6R)",
                observed=segment[2],
                expected="a number of its own for each line",
                line=line.number,
            )
        first.setdefault(segment[2], line.number)


@rule(
    "ID361",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("PS1",),
    edits=("STEDI-102",),
)
def purchased_service_of_another(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Purchased service whose provider is not the one that the line names.

    ## Why it is denied
    The line names one seller of the service in PS1 and another one, or none, in loop 2420B.

    ## What to do
    Enter the same identifier in PS101 and in loop 2420B.

    ## Example
    Denied: `PS1*1234567893*100~` and `NM1*QB*2******XX*1999901014~`
    Paid: `PS1*1999901014*100~` and the same provider

    ## Exceptions
    An identifier in REF of loop 2420B counts too. A provider without any identifier is not compared.

    ## Source
    005010X222A1, loop 2400, PS101; loop 2420B.
    """
    segment = line.own.first("PS1")
    if segment is None or not segment[1]:
        return
    sellers = [party for party in line.parties if party.role == PURCHASED_SERVICE]
    known = {party.identifier for party in sellers}
    known.update(reference.value for party in sellers for reference in party.references())
    known.discard("")
    if segment[1] not in known and (known or not sellers):
        yield purchased_service_of_another.finding(
            line.at(segment, 1),
            f"line {line.number} names no such provider of its purchased service in loop 2420B",
            observed=segment[1],
            expected="the identifier of the provider in loop 2420B",
        )


@rule(
    "ID460",
    on=Claim,
    snip=2,
    severity=Severity.HOLD,
    carc=("16",),
    claim_status=("A7:478",),
    edits=("STEDI-008",),
    segments=("CLM",),
    unless=_has_short_claim_number,
)
def claim_number_too_long(claim: Claim, _: Context) -> Iterator[Finding]:
    """Claim number of more than 20 characters.

    ## Why it is denied
    Receivers need to keep 20 characters only. Some refuse a longer number; others send it back cut, so
    that the remittance does not find its claim.

    ## What to do
    Use claim numbers of at most 20 characters.

    ## Example
    Denied: a CLM01 of 30 characters
    Paid: a CLM01 of 20 characters

    ## Exceptions
    More than 38 characters are against the standard (IG202).

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loop 2300, CLM01.
    """
    length = len(claim.id)
    if LONGEST_CLAIM_NUMBER < length <= _X12_CLAIM_NUMBER:
        yield claim_number_too_long.finding(
            claim.at_id,
            f"the claim number has {length} characters",
            observed=claim.id,
            expected=f"at most {LONGEST_CLAIM_NUMBER} characters",
        )


@rule(
    "ID461",
    on=ServiceLine,
    snip=2,
    severity=Severity.HOLD,
    carc=("16",),
    claim_status=("A7:584",),
    segments=("REF*6R",),
    edits=("STEDI-010",),
    unless=_has_short_line_number,
)
def line_number_too_long(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Line control number of more than 30 characters.

    ## Why it is denied
    Receivers need to keep 30 characters only. Some refuse a longer number; others send it back cut, so
    that the remittance does not find its line.

    ## What to do
    Use line control numbers of at most 30 characters.

    ## Example
    Denied: a `REF*6R` of 31 characters
    Paid: a `REF*6R` of 30 characters

    ## Exceptions
    More than 50 characters are against the standard (IG202).

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loop 2400, REF with 6R.
    """
    segment = line.own.first("REF", CONTROL_NUMBER)
    length = len(segment[2]) if segment is not None else 0
    if segment is not None and LONGEST_LINE_NUMBER < length <= _X12_REFERENCE:
        yield line_number_too_long.finding(
            line.at(segment, 2),
            f"the control number of line {line.number} has {length} characters",
            observed=segment[2],
            expected=f"at most {LONGEST_LINE_NUMBER} characters",
        )

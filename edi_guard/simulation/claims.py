"""The claims as X12: 837P and 837I."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.simulation.planned import Fault
from edi_guard.simulation.writing import HOUSE, OFFICE, interchange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edi_guard.simulation.planned import PlannedClaim


MEDICARE: Final = "00430"
_LETTERS: Final = "ACDEFGHJKM"


def claim_file(number: int, claims: Sequence[PlannedClaim]) -> str:
    """Return a file of claims of one kind and day.

    Args:
        number: its control number.
        claims: what is in it.
    """
    professional = claims[0].is_professional
    version = "005010X222A1" if professional else "005010X223A2"
    segments = [
        f"ST*837*0001*{version}",
        f"BHT*0019*00*BATCH{number}*{claims[0].sent:%Y%m%d}*1200*CH",
        "NM1*41*2*SIMULATED OFFICE*****46*" + OFFICE,
        "PER*IC*BILLING OFFICE*TE*5552100100",
        "NM1*40*2*SIMULATED HOUSE*****46*" + HOUSE,
        "HL*1**20*1",
        "PRV*BI*PXC*" + ("207X00000X" if professional else "282N00000X"),
        "NM1*85*2*SIMULATED ORTHOPEDICS*****XX*1999900016",
        "N3*100 MAIN STREET",
        "N4*SPRINGFIELD*IL*627010001",
        "REF*EI*123456789",
    ]
    for level, claim in enumerate(claims, start=2):
        segments += _claim(level, claim)
    return interchange(number, claims[0].sent, OFFICE, HOUSE, "HC", version, [segments])


def member(claim: PlannedClaim) -> str:
    """Return the subscriber's identifier: of a replacement the same as the first claim's."""
    if claim.payer != MEDICARE:
        return f"W{claim.patient:08d}"
    # The shape of a Medicare number: digits, and letters without those that look like digits.
    digits = f"{claim.patient:08d}"
    letters = [_LETTERS[int(digit)] for digit in digits]
    middle = f"{letters[0]}{digits[1]}{digits[2]}{letters[3]}{digits[4]}{digits[5]}{letters[6]}{letters[7]}"
    return f"1{middle}{digits[6:]}"


def _claim(level: int, claim: PlannedClaim) -> Iterator[str]:
    professional = claim.is_professional
    yield f"HL*{level}*1*22*0"
    yield "SBR*P*18*GROUP1******" + ("MB" if claim.payer == MEDICARE else "CI")
    yield f"NM1*IL*1*SAMPLE*PATIENT{chr(65 + claim.number % 26)}****MI*{member(claim)}"
    yield from ("N3*200 OAK AVENUE", "N4*SPRINGFIELD*IL*62702", "DMG*D8*19700101*F")
    yield f"NM1*PR*2*SIMULATED PLAN*****PI*{claim.payer}"
    frequency = "7" if claim.replaces else "1"
    place = f"{claim.place}:B:{frequency}*Y*A*Y*Y" if professional else f"13:A:{frequency}**A*Y*Y"
    yield f"CLM*{claim.account}*{claim.charge}***{place}"
    if not professional:
        yield f"DTP*434*RD8*{claim.service:%Y%m%d}-{claim.service:%Y%m%d}"
        yield "CL1*3*1*01"
    if claim.fault is not Fault.NO_DOCUMENT:
        yield f"PWK*OB*EL***AC*D{claim.number:07d}"
    if claim.replaces:
        yield f"REF*F8*{claim.replaces}"
    if professional:
        yield "HI*ABK:M25511*ABF:M7541"
        yield "NM1*82*1*SAMPLE*ALEX****XX*1999901014"
        yield "PRV*PE*PXC*207X00000X"
    else:
        yield from ("HI*ABK:M25511", "HI*APR:M25511", "NM1*71*1*SAMPLE*ALEX****XX*1999901014")
        yield "PRV*AT*PXC*207X00000X"
    for number, line in enumerate(claim.lines, start=1):
        code = ":".join(("HC", line.code, *line.modifiers))
        yield f"LX*{number}"
        if professional:
            yield f"SV1*{code}*{line.charge}*UN*1***1"
        else:
            yield f"SV2*{'0361' if number == 1 else '0402'}*{code}*{line.charge}*UN*1"
        yield f"DTP*472*D8*{claim.service:%Y%m%d}"
        if claim.has_line_numbers:
            yield f"REF*6R*{line_number(claim, number)}"


def line_number(claim: PlannedClaim, number: int) -> str:
    """Return REF 6R of a line."""
    return f"{claim.number}L{number}"

"""The answers as X12: 835, 277CA and 999."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.simulation.claims import line_number, member
from edi_guard.simulation.planned import Fate, Wording
from edi_guard.simulation.writing import HOUSE, OFFICE, interchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from edi_guard.simulation.planned import PlannedClaim, PlannedLine

CONTRACT: Final = "45"
# What a payer makes of a code that it changes.
_CHANGED: Final = {"20610": "20611", "99213": "99212"}


class _Part(NamedTuple):
    """An answered line.

    Attributes:
        service: SVC01 without its qualifier.
        charge, paid: whole dollars.
        reason: why less is paid.
        number: of the line sent.
        billed: SVC06 with what stands before it; empty where the payer does not change the code.
    """

    service: str
    charge: int
    paid: int
    reason: str
    number: int
    billed: str = ""


def remittance(
    number: int,
    day: date,
    payer: str,
    claims: Sequence[tuple[PlannedClaim, str]],
    account: Callable[[str], str],
) -> str:
    """Return one payment.

    Args:
        number: its control number.
        day: of the payment.
        payer: its identifier.
        claims: each with what is said of it: decided, taken back, in full, in full and taken back.
        account: how the payer gives account numbers back.
    """
    answered = [list(_answer(claim, how, account(claim.account))) for claim, how in claims]
    paid = sum(int(segments[0].split("*")[4]) for segments in answered)
    segments = [
        "ST*835*0001",
        f"BPR*I*{abs(paid)}*{'C' if paid >= 0 else 'D'}*ACH************{day:%Y%m%d}",
        f"TRN*1*T{number}*1512345678",
        f"N1*PR*SIMULATED PLAN*XV*{payer}",
        "N1*PE*SIMULATED ORTHOPEDICS*XX*1999900016",
        "LX*1",
        *(segment for one in answered for segment in one),
    ]
    return interchange(number, day, payer, OFFICE, "HP", "005010X221A1", [segments])


def _answer(claim: PlannedClaim, how: str, account: str) -> Iterator[str]:
    in_full, back = how.startswith("in full"), how.endswith("taken back")
    sign = -1 if back else 1
    paid = sum(line.charge * 8 // 10 if in_full else line.paid for line in claim.lines)
    frequency = "7" if claim.replaces else "1"
    status = "22" if back else "1"
    amounts = f"{claim.charge * sign}*{paid * sign}"
    number = account if claim.is_named else "0"
    yield f"CLP*{number}*{status}*{amounts}**12*{claim.payer_number}*{claim.place}*{frequency}"
    if claim.wording is Wording.WHOLE or (claim.wording is Wording.REFUSED_WHOLE and not in_full):
        yield f"CAS*CO*{_reason(claim.lines[0], in_full=in_full)}*{(claim.charge - paid) * sign}"
    yield f"NM1*QC*1*SAMPLE*PATIENT****MI*{member(claim)}"
    if claim.wording is Wording.WHOLE:
        yield f"DTM*232*{claim.service:%Y%m%d}"
    for part in _parts(claim, in_full=in_full):
        yield f"SVC*HC:{part.service}*{part.charge * sign}*{part.paid * sign}**1" + part.billed
        yield f"DTM*472*{claim.service:%Y%m%d}"
        if part.charge != part.paid:
            yield f"CAS*CO*{part.reason}*{(part.charge - part.paid) * sign}"
        if claim.has_line_numbers:
            yield f"REF*6R*{line_number(claim, part.number)}"


def _parts(claim: PlannedClaim, *, in_full: bool) -> list[_Part]:
    """Return the answered lines, in the order of the claim or the other way round."""
    if claim.wording is Wording.WHOLE:
        return []
    if claim.wording is Wording.BUNDLED:
        paid = sum(line.paid for line in claim.lines)
        return [_Part(_code(claim.lines[0]), claim.charge, paid, CONTRACT, 1)]
    parts = [
        part
        for number, line in enumerate(claim.lines, start=1)
        for part in _line_parts(claim, number, line, in_full=in_full)
    ]
    # Without numbers and modifiers nothing but the order tells lines apart.
    is_known = claim.has_line_numbers or claim.wording is not Wording.BARE
    return parts[::-1] if claim.number % 2 and is_known else parts


def _line_parts(claim: PlannedClaim, number: int, line: PlannedLine, *, in_full: bool) -> Iterator[_Part]:
    reason, code = _reason(line, in_full=in_full), _code(line)
    paid = line.charge * 8 // 10 if in_full else line.paid
    if claim.wording is Wording.REFUSED_WHOLE and not in_full:
        # It adds up: what the lines would be paid is taken from the claim.
        yield _Part(code, line.charge, line.charge, reason, number)
    elif claim.wording is Wording.SPLIT and number == len(claim.lines):
        third = line.charge // 3
        yield _Part(code, third, third * 8 // 10, reason, number)
        yield _Part(code, line.charge - third, paid - third * 8 // 10, reason, number)
    elif claim.wording is Wording.CHANGED and number == 1:
        yield _Part(_code(line, _CHANGED[line.code]), line.charge, paid, reason, number, f"*HC:{code}")
    elif claim.wording is Wording.BARE:
        yield _Part(line.code, line.charge, paid, reason, number)
    else:
        yield _Part(code, line.charge, paid, reason, number)


def _reason(line: PlannedLine, *, in_full: bool) -> str:
    return line.reason if line.fate is Fate.DENIED and not in_full else CONTRACT


def _code(line: PlannedLine, code: str = "") -> str:
    return ":".join((code or line.code, *line.modifiers))


def acknowledgment(number: int, claims: Sequence[PlannedClaim]) -> str:
    """Return a 277CA that turns claims of one batch back.

    Args:
        number: the batch's.
        claims: those turned back.
    """
    day = claims[0].sent
    segments = [
        "ST*277*0001*005010X214",
        f"BHT*0085*08*R{number}*{day:%Y%m%d}*1300*TH",
        "HL*1**20*1",
        "NM1*AY*2*SIMULATED HOUSE*****46*" + HOUSE,
        f"TRN*1*X{number}",
        f"DTP*050*D8*{day:%Y%m%d}",
        f"DTP*009*D8*{day:%Y%m%d}",
        "HL*2*1*21*1",
        "NM1*41*2*SIMULATED OFFICE*****46*" + OFFICE,
        f"TRN*2*BATCH{number}",
        f"STC*A1:19:PR*{day:%Y%m%d}*WQ*{sum(claim.charge for claim in claims)}",
        "HL*3*2*19*1",
        "NM1*85*2*SIMULATED ORTHOPEDICS*****XX*1999900016",
        "TRN*1*0",
    ]
    for level, claim in enumerate(claims, start=4):
        segments += [
            f"HL*{level}*3*PT",
            f"NM1*QC*1*SAMPLE*PATIENT****MI*{member(claim)}",
            f"TRN*2*{claim.account}",
            f"STC*{claim.lines[0].reason}:85*{day:%Y%m%d}*U*{claim.charge}",
            f"DTP*472*D8*{claim.service:%Y%m%d}",
        ]
    return interchange(number, day, HOUSE, OFFICE, "HN", "005010X214", [segments])


def refusal(number: int, claim: PlannedClaim) -> str:
    """Return a 999 that refuses the transaction set of a batch.

    Args:
        number: the batch's.
        claim: any of its claims.
    """
    version = "005010X222A1" if claim.is_professional else "005010X223A2"
    segments = [
        "ST*999*0001*005010X231A1",
        f"AK1*HC*{number}*{version}",
        f"AK2*837*0001*{version}",
        "IK5*R*5",
        "AK9*R*1*1*0",
    ]
    return interchange(number, claim.sent, HOUSE, OFFICE, "FA", "005010X231A1", [segments])

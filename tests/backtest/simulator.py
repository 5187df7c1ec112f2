"""Writes claims and the remittances that answer them, with a known denial process.

It knows X12 and nothing of the join or the rules, so that what it planted can be compared with what they
find.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

ISA = "ISA*00*          *00*          *ZZ*{0:<15}*ZZ*{1:<15}*{2}*1200*^*00501*000000001*0*T*:"


@dataclass
class Truth:
    """What was planted: account numbers of claims.

    Attributes:
        faulty: the guidance line has no primary.
        denied: those of them whose guidance line the payer denied.
        other: without that fault, and the guidance line denied for something else.
        unanswered: no answer came.
        reversed: the first answer was taken back, and another one given.
    """

    faulty: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    other: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)
    reversed: set[str] = field(default_factory=set)


class Simulator:
    """Makes a file of claims and one of remittances; the same seed gives the same bytes.

    Attributes:
        truth: what was planted.
    """

    def __init__(self, seed: int, count: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - reproducible, no secret
        self.truth = Truth()
        self._claims: list[list[str]] = []
        self._first: list[list[str]] = []
        self._later: list[list[str]] = []
        for number in range(1, count + 1):
            self._one(number, f"SIM{number:06d}")

    def _one(self, number: int, identifier: str) -> None:
        chance, truth = self._chance, self.truth
        is_faulty, is_numbered = chance.random() < 0.3, chance.random() < 0.7
        visit = "99213" if is_faulty else "20610:RT"
        if is_faulty:
            truth.faulty.add(identifier)
        self._claims.append(_claim(number, identifier, visit, is_numbered=is_numbered))
        if chance.random() < 0.1:
            truth.unanswered.add(identifier)
            return
        reason = ""
        if is_faulty and chance.random() < 0.8:
            truth.denied.add(identifier)
            reason = "107"
        elif not is_faulty and chance.random() < 0.1:
            truth.other.add(identifier)
            reason = "29"
        is_split = not reason and chance.random() < 0.2
        final = _answer(number, identifier, visit, reason, is_numbered=is_numbered, is_split=is_split)
        if chance.random() < 0.15:
            # Paid in full at first, taken back, decided anew.
            truth.reversed.add(identifier)
            self._first.append(_answer(number, identifier, visit, "", is_numbered=is_numbered))
            self._later += [_answer(number, identifier, visit, "", is_numbered=is_numbered, sign=-1), final]
        else:
            self._first.append(final)

    def claims(self) -> str:
        """Return the file of claims."""
        head = [
            "ST*837*0001*005010X222A1",
            "BHT*0019*00*1*20261105*1200*CH",
            "NM1*41*2*EDI GUARD TEST BILLING*****46*EDIGUARDTEST",
            "PER*IC*BILLING OFFICE*TE*5552100100",
            "NM1*40*2*SAMPLE CLEARINGHOUSE*****46*CLEARTEST",
            "HL*1**20*1",
            "PRV*BI*PXC*207X00000X",
            "NM1*85*2*SAMPLE ORTHOPEDICS*****XX*1999900016",
            "N3*100 MAIN STREET",
            "N4*SPRINGFIELD*IL*627010001",
            "REF*EI*123456789",
        ]
        body = head + [segment for claim in self._claims for segment in claim]
        envelope = [ISA.format("EDIGUARDTEST", "CLEARTEST", "261105")]
        envelope.append("GS*HC*EDIGUARDTEST*CLEARTEST*20261105*1200*1*X*005010X222A1")
        return _text([*envelope, *body, f"SE*{len(body) + 1}*0001", "GE*1*1", "IEA*1*000000001"])

    def remittances(self) -> str:
        """Return the file of remittances: one payment for each day."""
        made = [ISA.format("SAMPLEPAYER", "EDIGUARDTEST", "261220")]
        made.append("GS*HP*SAMPLEPAYER*EDIGUARDTEST*20261220*1200*1*X*005010X221A1")
        for number, (day, answers) in enumerate((("20261120", self._first), ("20261220", self._later)), 1):
            claims = [segment for answer in answers for segment in answer]
            paid = sum(int(segment.split("*")[4]) for segment in claims if segment.startswith("CLP"))
            body = [
                f"ST*835*{number:04d}",
                f"BPR*I*{abs(paid)}*{'C' if paid >= 0 else 'D'}*ACH************{day}",
            ]
            body += [f"TRN*1*T{number}*1512345678", "N1*PR*SAMPLE PLAN*XV*60054"]
            body += ["N1*PE*SAMPLE ORTHOPEDICS*XX*1999900016", "LX*1", *claims]
            made += [*body, f"SE*{len(body) + 1}*{number:04d}"]
        return _text([*made, "GE*2*1", "IEA*1*000000001"])


def _text(segments: list[str]) -> str:
    return "~\n".join(segments) + "~\n"


def _claim(number: int, identifier: str, visit: str, *, is_numbered: bool) -> list[str]:
    segments = [
        f"HL*{number + 1}*1*22*0",
        "SBR*P*18*GROUP1******CI",
        f"NM1*IL*1*DOE*JANE{chr(65 + number % 26)}****MI*W{number:09d}",
        "N3*200 OAK AVENUE",
        "N4*SPRINGFIELD*IL*62702",
        "DMG*D8*19700101*F",
        "NM1*PR*2*SAMPLE PLAN*****PI*60054",
        f"CLM*{identifier}*300***11:B:1*Y*A*Y*Y",
        f"PWK*OB*EL***AC*D{number:06d}",
        "HI*ABK:M25511*ABF:M7541",
        "NM1*82*1*SAMPLE*ALEX****XX*1999901014",
        "PRV*PE*PXC*207X00000X",
    ]
    for line, (code, charge) in enumerate(((visit, 180), ("G4000:RT", 120)), 1):
        segments += [f"LX*{line}", f"SV1*HC:{code}*{charge}*UN*1***1", "DTP*472*D8*20261102"]
        segments += [f"REF*6R*{number}L{line}"] if is_numbered else []
    return segments


def _answer(
    number: int,
    identifier: str,
    visit: str,
    reason: str,
    *,
    is_numbered: bool,
    is_split: bool = False,
    sign: int = 1,
) -> list[str]:
    guided = 0 if reason else 96
    status, paid_in_all = "22" if sign < 0 else "1", (144 + guided) * sign
    segments = [
        f"CLP*{identifier}*{status}*{300 * sign}*{paid_in_all}**12*P{number}{reason}*11*1",
        f"NM1*QC*1*DOE*JANE****MI*W{number:09d}",
    ]
    parts = [(visit, 180, 144, "45", 1), ("G4000:RT", 120, guided, reason or "45", 2)]
    if is_split:
        parts[1:] = [("G4000:RT", 70, 56, "45", 2), ("G4000:RT", 50, 40, "45", 2)]
    for code, charge, paid, why, line in parts:
        segments += [f"SVC*HC:{code}*{charge * sign}*{paid * sign}**1", "DTM*472*20261102"]
        segments.append(f"CAS*CO*{why}*{(charge - paid) * sign}")
        segments += [f"REF*6R*{number}L{line}"] if is_numbered else []
    return segments

"""Writes 837 files of any size; the same seed gives the same bytes.

The claims are what offices send every day: visits, injections, laboratory and imaging, some dependents,
some secondary claims, and one in fifty with image guidance that is documented and paired as payers want
it. Nothing in them is to be found wrong, but in the share of claims that is asked for: these get one of the
faults of ``benchmarks/faults.py`` each.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.faults import faults_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.faults import Fate, Fault

CLAIMS_PER_TRANSACTION: Final = 200
GUIDES: Final = {"837P": "005010X222A1", "837I": "005010X223A2"}
_LETTERS: Final = "ABCDEFGHIJKLMNOPRSTUVWXYZ"
DIAGNOSES: Final = (
    "M25511 M7541 M1711 E119 I10 J189 R0789 M5450 K219 N390 J069 E785 F329 G43909 H1013 L030 S93401A Z0000"
).split()
SERVICES: Final = (
    "99213 99214 99203 36415 85025 80053 93000 71046 73030 20610 96372 90471 81001 83036 97110 11042"
).split()
_REVENUE: Final = {"9": "0510", "3": "0300", "8": "0300", "7": "0320", "2": "0361", "1": "0361"}


@dataclass(frozen=True)
class Written:
    """What a file holds.

    Attributes:
        size: in bytes.
        claims: how many.
        faults: how many claims have which fault, by the rule that is to find it.
        fates: how many of these are to be rejected, held, repaired and let through with a warning.
    """

    size: int
    claims: int
    faults: Counter[str]
    fates: Counter[Fate]


def write(
    path: Path,
    kind: str,
    size: int,
    seed: int = 1,
    *,
    share: float = 0.0,
    claims_per_transaction: int | None = CLAIMS_PER_TRANSACTION,
) -> Written:
    """Write a file of one kind (``837P``, ``837I``) of at least `size` bytes.

    Args:
        path: the file.
        kind: ``837P`` or ``837I``.
        size: in bytes; the file is as much longer as its last claim wants.
        seed: another one gives other claims.
        share: how many of the claims have a fault, from 0 to 1.
        claims_per_transaction: with None, all claims stand in one transaction set.
    """
    generator = Generator(kind, seed, share=share, claims_per_transaction=claims_per_transaction)
    with path.open("w", encoding="ascii", newline="") as stream:
        for block in generator.blocks(size):
            stream.write(block)
        written = stream.tell()
    return Written(written, generator.claims, generator.faults, generator.fates)


class Generator:
    """Makes one file.

    Attributes:
        claims: how many were made so far.
        faults: how many of them have which fault.
        fates: what is to become of these.
    """

    def __init__(
        self,
        kind: str,
        seed: int,
        *,
        share: float = 0.0,
        claims_per_transaction: int | None = CLAIMS_PER_TRANSACTION,
        faults: Sequence[Fault] = (),
    ) -> None:
        """Begin a file; see `write`. `faults` are those to choose from, all of its kind by default."""
        self.claims = 0
        self.faults: Counter[str] = Counter()
        self.fates: Counter[Fate] = Counter()
        self._kind = kind
        self._is_professional = kind == "837P"
        self._share = share
        self._faults = faults or faults_of(kind)
        self._most = claims_per_transaction
        self._chance = random.Random(seed)  # noqa: S311 - a reproducible file, no secret
        # Of its own, so that who has a fault does not depend on what stands in the claims.
        self._fate = random.Random(f"faults {seed}")  # noqa: S311
        self._providers = [npi(self._chance.randrange(10**8)) for _ in range(40)]

    def blocks(self, size: int) -> Iterator[str]:
        """Yield the file's text, a claim at a time, until there are `size` bytes."""
        guide = GUIDES[self._kind]
        head = (
            "ISA*00*          *00*          *ZZ*EDIGUARDTEST   *ZZ*CLEARTEST      *261120*1200*^*00501"
            "*000000001*0*P*:~\n"
            f"GS*HC*EDIGUARDTEST*CLEARTEST*20261120*1200*1*X*{guide}~\n"
        )
        yield head
        written = len(head)
        transactions = 0
        while written < size:
            transactions += 1
            for block in self._transaction(transactions, guide, size - written):
                written += len(block)
                yield block
        yield f"GE*{transactions}*1~\nIEA*1*000000001~\n"

    def _transaction(self, number: int, guide: str, size: int) -> Iterator[str]:
        segments = [
            f"ST*837*{number:04d}*{guide}",
            f"BHT*0019*00*BATCH{number:06d}*20261120*1200*CH",
            "NM1*41*2*EDI GUARD TEST BILLING*****46*EDIGUARDTEST",
            "PER*IC*BILLING OFFICE*TE*5552100100",
            "NM1*40*2*SAMPLE CLEARINGHOUSE*****46*CLEARTEST",
            "HL*1**20*1",
            "PRV*BI*PXC*207X00000X" if self._is_professional else "PRV*BI*PXC*282N00000X",
            f"NM1*85*2*SAMPLE PRACTICE {number % 40}*****XX*{self._providers[number % 40]}",
            f"N3*{100 + number % 900} MAIN STREET",
            "N4*SPRINGFIELD*IL*627010001",
            "REF*EI*123456789",
        ]
        yield text_of(segments)
        written, count, level, claims = 0, len(segments), 1, 0
        while written < size and claims != self._most:
            patient = self._patient(level)
            block = text_of(patient)
            yield block
            claims += 1
            count += len(patient)
            level += sum(segment.startswith("HL*") for segment in patient)
            written += len(block)
        yield f"SE*{count + 1}*{number:04d}~\n"

    def _name(self, length: int) -> str:
        return "".join(self._chance.choices(_LETTERS, k=length))

    def _birth(self) -> str:
        chance = self._chance
        day = f"{chance.randrange(1935, 2015)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
        return f"DMG*D8*{day}*{chance.choice('FM')}"

    def _address(self) -> list[str]:
        street = f"N3*{self._chance.randrange(1, 9999)} OAK AVENUE"
        return [street, f"N4*SPRINGFIELD*IL*627{self._chance.randrange(1, 99):02d}"]

    def _patient(self, level: int) -> list[str]:
        """Return the segments of a patient and the claim, below the HL segment with the number `level`."""
        self.claims += 1
        fault = self._fault()
        patient = self._flawless(level, guided=fault is not None and fault.guided)
        if fault is not None:
            self.faults[fault.rule] += 1
            self.fates[fault.fate] += 1
            fault.spoil(patient)
            # A claim that is sent twice is two.
            self.claims += sum(segment.startswith("CLM*") for segment in patient) - 1
        return patient

    def _fault(self) -> Fault | None:
        """Return a fault for the claim at hand, or none; the share is kept all along the file."""
        due = self._share * self.claims - self.faults.total()
        return self._fate.choice(self._faults) if self._fate.random() < due else None

    def _flawless(self, level: int, *, guided: bool) -> list[str]:
        chance = self._chance
        dependent = chance.random() < 0.1
        level += 1
        subscriber = level
        payer, filing = chance.choice((("60054", "CI"), ("87726", "CI"), ("62308", "HM"), ("00590", "BL")))
        segments = [
            f"HL*{level}*1*22*{int(dependent)}",
            f"SBR*P*{'' if dependent else '18'}*GROUP{chance.randrange(100)}******{filing}",
            f"NM1*IL*1*{self._name(6)}*{self._name(5)}****MI*W{chance.randrange(10**9):09d}",
        ]
        segments += [] if dependent else [*self._address(), self._birth()]
        segments.append(f"NM1*PR*2*SAMPLE PLAN {payer}*****PI*{payer}")
        if dependent:
            level += 1
            segments += [
                f"HL*{level}*{subscriber}*23*0",
                "PAT*19",
                f"NM1*QC*1*{self._name(6)}*{self._name(5)}",
                *self._address(),
                self._birth(),
            ]
        segments += self._professional(guided=guided) if self._is_professional else self._institutional()
        return segments

    def _lines(self) -> list[tuple[str, int]]:
        codes = self._chance.sample(SERVICES, self._chance.choice((1, 1, 2, 2, 3, 5)))
        return [(code, self._chance.randrange(2_000, 40_000)) for code in codes]

    def _professional(self, *, guided: bool) -> list[str]:
        chance = self._chance
        guided = chance.random() < 0.02 or guided
        lines = [("20610", 18_000), ("G4000", 12_000)] if guided else self._lines()
        diagnoses = ["M25511"] if guided else chance.sample(DIAGNOSES, chance.randrange(1, 5))
        day = f"202611{chance.randrange(1, 19):02d}"
        total = dollars(sum(charge for _, charge in lines))
        segments = [f"CLM*PCN{self.claims:07d}*{total}***11:B:1*Y*A*Y*Y"]
        segments += [f"PWK*OB*EL***AC*DOC{self.claims:07d}"] if guided else []
        segments += [
            "HI*" + "*".join(f"{'ABF' if i else 'ABK'}:{code}" for i, code in enumerate(diagnoses)),
            f"NM1*82*1*SAMPLE*ALEX****XX*{chance.choice(self._providers)}",
            "PRV*PE*PXC*207X00000X",
        ]
        for number, (code, charge) in enumerate(lines, start=1):
            side = ":RT" if guided else ""
            pointers = 1 if guided else chance.randrange(1, len(diagnoses) + 1)
            segments += [
                f"LX*{number}",
                f"SV1*HC:{code}{side}*{dollars(charge)}*UN*1***{':'.join(map(str, range(1, pointers + 1)))}",
                f"DTP*472*D8*{day}",
                f"REF*6R*{self.claims}L{number}",
            ]
        return segments

    def _institutional(self) -> list[str]:
        chance = self._chance
        lines = self._lines()
        principal, *others = chance.sample(DIAGNOSES, chance.randrange(1, 5))
        day = f"202611{chance.randrange(1, 19):02d}"
        total = dollars(sum(charge for _, charge in lines))
        segments = [
            f"CLM*PCN{self.claims:07d}*{total}***13:A:1**A*Y*Y",
            f"DTP*434*RD8*{day}-{day}",
            "CL1*3*1*01",
            f"HI*ABK:{principal}",
            f"HI*APR:{principal}",
        ]
        segments += ["HI*" + "*".join(f"ABF:{code}" for code in others)] if others else []
        segments.append(f"NM1*71*1*SAMPLE*ALEX****XX*{chance.choice(self._providers)}")
        for number, (code, charge) in enumerate(lines, start=1):
            segments += [
                f"LX*{number}",
                f"SV2*{_REVENUE[code[0]]}*HC:{code}*{dollars(charge)}*UN*1",
                f"DTP*472*D8*{day}",
                f"REF*6R*{self.claims}L{number}",
            ]
        return segments


def text_of(segments: list[str]) -> str:
    """Return segments as they stand in the file, each on a line of its own."""
    return "~\n".join(segments) + "~\n"


def dollars(cents: int) -> str:
    """Return an amount as X12 writes it: no zeros at the end."""
    return f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip(".")


def npi(number: int) -> str:
    """Return a provider identifier with the right check digit (45 CFR 162.406)."""
    nine = f"1{number:08d}"
    total = 24
    for index, digit in enumerate(map(int, nine)):
        doubled = digit * 2 if index % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return f"{nine}{-total % 10}"

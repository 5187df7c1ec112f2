"""Runs the examples that mappings carry: each becomes a claim, which the engine judges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from edi_guard.engine import process
from edi_guard.findings import Disposition, Severity
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi_guard.engine import Settings
    from edi_guard.policy.example import PolicyExample

_ISA: Final = (
    "ISA*00*          *00*          *ZZ*EXAMPLE        *ZZ*EXAMPLE        "
    "*260101*1200*^*00501*000000001*0*P*:"
)


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What came of an example.

    Attributes:
        example: the example.
        found: rules that warned, held or rejected.
        missing: rules that were expected and found nothing.
        unexpected: rules that kept a claim back that was expected to be clean.
    """

    example: PolicyExample
    found: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether everything is as the example says."""
        return not self.missing and not self.unexpected


def run_examples(examples: Iterable[PolicyExample], settings: Settings) -> Iterator[ExampleResult]:
    """Judge each example and compare.

    Args:
        examples: from `Policies.examples`.
        settings: with the mappings in force; the day of the check is each example's own.
    """
    for example in examples:
        text = claim_of(example)
        with Source.from_bytes(text.encode("ascii", "replace"), "example") as source:
            outcome = process(source, replace(settings, today=example.on))
        findings = [shared.finding for shared in outcome.findings]
        findings += [finding for claim in outcome.claims for finding in claim.findings]
        found = tuple(dict.fromkeys(f.rule for f in findings if f.severity > Severity.INFO))
        blocking = tuple(dict.fromkeys(f.rule for f in findings if f.severity >= Severity.HOLD))
        clean = bool(outcome.claims) and all(c.disposition is Disposition.CLEAN for c in outcome.claims)
        yield ExampleResult(
            example,
            found,
            missing=tuple(rule for rule in example.expect if rule not in found),
            unexpected=() if example.expect or clean else blocking or ("refused",),
        )


def claim_of(example: PolicyExample) -> str:
    """Return the file that an example stands for; everything it does not say is in order."""
    body = [*_header(), *_people(example)]
    body += _professional(example) if example.kind == "837P" else _institutional(example)
    version = "005010X222A1" if example.kind == "837P" else "005010X223A2"
    parts = [
        _ISA,
        f"GS*HC*EXAMPLE*EXAMPLE*20260101*1200*1*X*{version}",
        f"ST*837*0001*{version}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return "".join(f"{part}~" for part in parts)


def _header() -> list[str]:
    return [
        "BHT*0019*00*EXAMPLE*20260101*1200*CH",
        "NM1*41*2*EXAMPLE BILLING*****46*EXAMPLE",
        "PER*IC*BILLING OFFICE*TE*5550100100",
        "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*EXAMPLE",
    ]


def _people(example: PolicyExample) -> list[str]:
    return [
        "HL*1**20*1",
        *(["PRV*BI*PXC*207X00000X"] if example.kind == "837P" else []),
        "NM1*85*2*SAMPLE ORTHOPEDICS*****XX*1999900016",
        "N3*100 MAIN STREET",
        "N4*SPRINGFIELD*IL*627010001",
        "REF*EI*123456789",
        "HL*2*1*22*0",
        f"SBR*P*18*GROUP1******{example.filing_indicator}",
        f"NM1*IL*1*DOE*JANE****MI*{'1EG4TE5MK73' if example.filing_indicator == 'MB' else 'W000000001'}",
        "N3*200 OAK AVENUE",
        "N4*SPRINGFIELD*IL*62702",
        f"DMG*D8*{example.birth_date:%Y%m%d}*F",
        f"NM1*PR*2*SAMPLE HEALTH PLAN*****PI*{example.payer}",
    ]


def _professional(example: PolicyExample) -> list[str]:
    day = f"{example.on:%Y%m%d}"
    codes = "*".join(f"{'ABF' if n else 'ABK'}:{code}" for n, code in enumerate(example.diagnoses))
    segments = [
        f"CLM*EXAMPLE1*{100 * len(example.lines)}***{example.place}:B:1*Y*A*Y*Y",
        *_claim_level(example),
    ]
    segments += [f"HI*{codes}", "NM1*82*1*SAMPLE*ALEX****XX*1999901014", f"PRV*PE*PXC*{example.taxonomy}"]
    if example.place in ("19", "21", "22", "23", "24"):
        segments += [
            "NM1*77*2*SAMPLE HOSPITAL*****XX*1999900024",
            "N3*1 HOSPITAL WAY",
            "N4*SPRINGFIELD*IL*627010002",
        ]
    for number, line in enumerate(example.lines, 1):
        segments += [
            f"LX*{number}",
            f"SV1*HC:{':'.join(line)}*100*UN*1***1",
            f"DTP*472*D8*{day}",
            f"REF*6R*{number}",
        ]
    return segments


def _institutional(example: PolicyExample) -> list[str]:
    day = f"{example.on:%Y%m%d}"
    segments = [f"CLM*EXAMPLE1*{100 * len(example.lines)}***{example.place}:A:1**A*Y*Y"]
    segments += [f"DTP*434*RD8*{day}-{day}", "CL1*3*1*01", *_claim_level(example)]
    segments.append(f"HI*ABK:{example.diagnoses[0]}")
    segments.append(f"HI*APR:{example.diagnoses[0]}")
    others = example.diagnoses[1:]
    if others:
        segments.append("HI*" + "*".join(f"ABF:{code}" for code in others))
    segments += ["NM1*71*1*SAMPLE*ALEX****XX*1999901014", f"PRV*AT*PXC*{example.taxonomy}"]
    for number, line in enumerate(example.lines, 1):
        segments += [f"LX*{number}", f"SV2*0361*HC:{':'.join(line)}*100*UN*1", f"DTP*472*D8*{day}"]
        segments.append(f"REF*6R*{number}")
    return segments


def _claim_level(example: PolicyExample) -> list[str]:
    segments = []
    if example.authorization:
        segments.append(f"REF*G1*{example.authorization}")
    if example.note:
        segments.append(f"NTE*ADD*{example.note}")
    return segments

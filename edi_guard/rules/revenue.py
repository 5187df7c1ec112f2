"""REV: revenue codes of institutional lines against their procedure codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import RevenueFamily
from edi_guard.rules.ncci import OUTPATIENT_BILLS
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import procedure_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


def _agrees(elements: list[str], separator: str, context: Context) -> bool:
    """Whether a line has a procedure code that no mapping puts under other revenue codes than its own."""
    revenue = elements[1] if len(elements) > 1 else ""
    code = procedure_code(elements, separator)
    families = context.policies.every(RevenueFamily)
    own = [family for family in families if revenue.startswith(family.get("revenue", ()))]  # type: ignore[arg-type]
    if not own:
        return True
    others = [family for family in families if family not in own]
    return bool(code) and not any(code in family.get("codes", ()) for family in others)  # type: ignore[operator]


def _families(line: ServiceLine, context: Context) -> list[RevenueFamily]:
    """Return the families that a line's revenue code belongs to."""
    return [f for f in context.ask_all(RevenueFamily, line) if line.revenue_code.startswith(f.revenue)]


@rule(
    "REV101",
    on=ServiceLine,
    snip=6,
    severity=Severity.REJECT,
    carc=("16", "199"),
    rarc=("M20", "M50"),
    claim_status=("A6:507",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("SV2",),
    unless=_agrees,
)
def procedure_code_missing(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Outpatient imaging line without a procedure code.

    ## Why it is denied
    Outpatient imaging is paid by its procedure code. A revenue code alone says which department it was.

    ## What to do
    Enter the procedure code of the study or the guidance.

    ## Example
    Denied: `SV2*0402**140*UN*1~` on type of bill 131
    Paid: `SV2*0402*HC:76942*140*UN*1~` on type of bill 131

    ## Exceptions
    Inpatient bills. Only revenue codes whose mapping says that they need a procedure code.

    ## Source
    Medicare claims processing manual, chapter 4, section 20, and chapter 25, in our own words;
    005010X223A2, loop 2400, SV202; mappings/revenue.xml.
    """
    if line.code or line.claim.facility_code not in OUTPATIENT_BILLS:
        return
    for family in _families(line, context):
        if family.needs_code:
            yield procedure_code_missing.finding(
                line.at(line.service, 2),
                f"line {line.number} under revenue code {line.revenue_code} has no procedure code",
                expected="the procedure code",
                severity=family.missing,
                source=family.source.label,
            )


@rule(
    "REV301",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("199",),
    rarc=("M50",),
    claim_status=("A7:455",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("SV2",),
    unless=_agrees,
)
def revenue_code_of_another_modality(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Imaging under a revenue code of another modality.

    ## Why it is denied
    The revenue code and the procedure code do not match, so that the line is taken for a mistake.

    ## What to do
    Enter the revenue code of the department that performed the imaging.

    ## Example
    Denied: `SV2*0610*HC:76942*140*UN*1~`
    Paid: `SV2*0402*HC:76942*140*UN*1~`

    ## Exceptions
    Revenue codes of no imaging department (operating room, emergency, clinic, treatment room), under which
    guidance is often billed.

    ## Source
    Revenue code categories by number, in our own words; mappings/revenue.xml.
    """
    own = _families(line, context)
    if not own or not line.code or any(line.code in family.codes for family in own):
        return
    belongs = [family for family in context.ask_all(RevenueFamily, line) if line.code in family.codes]
    if belongs:
        yield revenue_code_of_another_modality.finding(
            line.at(line.service, 1),
            f"{line.code} stands under revenue code {line.revenue_code}, which is another modality's",
            observed=line.revenue_code,
            expected=f"a revenue code that begins with {' or '.join(belongs[0].revenue)}",
            severity=belongs[0].severity,
            source=belongs[0].source.label,
        )

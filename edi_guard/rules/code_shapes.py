"""CODE: the shape of ICD procedure codes and HIPPS codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import procedure_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

_PROCEDURE = re.compile(r"[0-9A-HJ-NP-Z]{7}", re.ASCII)
_HIPPS = re.compile(r"[0-9A-Z]{5}", re.ASCII)
HIPPS = "HP"


def _has_no_procedures(elements: list[str], separator: str, _: Context) -> bool:
    return not any(element.partition(separator)[0] in ("BBR", "BBQ") for element in elements[1:])


def _has_no_rate_code(elements: list[str], separator: str, _: Context) -> bool:
    return procedure_parts(elements, separator)[:1] != [HIPPS]


@rule(
    "CODE245",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M67",),
    claim_status=("A7:507",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("HI",),
    edits=("STEDI-097",),
    unless=_has_no_procedures,
)
def malformed_inpatient_procedure(claim: Claim, _: Context) -> Iterator[Finding]:
    """ICD procedure code that does not have the shape of an ICD-10-PCS code.

    ## Why it is denied
    ICD-10-PCS codes have seven letters or digits, without a dot and without the letters I and O.

    ## What to do
    Enter the procedure code from the record.

    ## Example
    Denied: `HI*BBR:0S9C3Z:D8:20261102~`
    Paid: `HI*BBR:0S9C3ZZ:D8:20261102~`

    ## Exceptions
    A dot behind the third character and lower-case letters are spellings, which are repaired (FMT103,
    FMT104).

    ## Source
    005010X223A2, loop 2300, HI with BBR and BBQ; ICD-10-PCS.
    """
    for procedure in claim.coded("BBR", "BBQ"):
        if procedure.code and not _PROCEDURE.fullmatch(procedure.code.upper()):
            yield malformed_inpatient_procedure.finding(
                claim.at(procedure.segment, procedure.element, 2),
                "an ICD procedure code does not have the shape of one",
                observed=procedure.code,
                expected="seven letters or digits, without a dot",
            )


@rule(
    "CODE246",
    on=ServiceLine,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M20",),
    claim_status=("A7:21",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("SV2",),
    unless=_has_no_rate_code,
)
def malformed_rate_code(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """HIPPS rate code that does not have five characters.

    ## Why it is denied
    A HIPPS code is five letters or digits. Anything else prices nothing.

    ## What to do
    Enter the HIPPS code that the assessment gave.

    ## Example
    Denied: `SV2*0022*HP:KAGD*180*UN*1~`
    Paid: `SV2*0022*HP:KAGD1*180*UN*1~`

    ## Exceptions
    Whether the code is assigned is not checked: no table of them is loaded.

    ## Source
    005010X223A2, loop 2400, SV202 with HP; CMS, HIPPS codes.
    """
    if line.code_qualifier == HIPPS and line.code and not _HIPPS.fullmatch(line.code):
        yield malformed_rate_code.finding(
            line.at_code,
            f"the HIPPS code of line {line.number} does not have five letters or digits",
            observed=line.code,
            expected="five letters or digits",
        )

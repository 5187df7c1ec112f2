"""ID and UNIT: drugs on a line (loop 2410): the NDC and its quantity."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine, read_amount
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

NATIONAL_DRUG_CODE = "N4"
_NDC = re.compile(r"\d{11}", re.ASCII)


@rule(
    "ID260",
    on=ServiceLine,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M119",),
    claim_status=("A7:218",),
    segments=("LIN",),
    edits=("STEDI-046",),
)
def malformed_drug_code(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """National drug code that is not eleven digits.

    ## Why it is denied
    On claims the NDC has eleven digits: five for the labeler, four for the product, two for the package.
    With fewer, or with hyphens, the drug is not found.

    ## What to do
    Fill up the part of the code that is short with a zero in front, and leave the hyphens out.

    ## Example
    Denied: `LIN**N4*1234567890~`
    Paid: `LIN**N4*01234567890~`, if the labeler's part is the short one

    ## Exceptions
    Other codes than NDC (LIN02 is not N4). Which part is short cannot be told, so it is not repaired.

    ## Source
    005010X222A1 and 005010X223A2, loop 2410, LIN03; 45 CFR 162.1002.
    """
    for segment in line.all("LIN"):
        if segment[2] == NATIONAL_DRUG_CODE and segment[3] and not _NDC.fullmatch(segment[3]):
            yield malformed_drug_code.finding(
                line.at(segment, 3),
                f"the national drug code of line {line.number} is not eleven digits",
                observed=segment[3],
                expected="eleven digits",
            )


@rule(
    "UNIT261",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M53",),
    claim_status=("A7:218",),
    segments=("CTP",),
    edits=("STEDI-048",),
)
def no_drug_quantity(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Drug with a unit of measure, but a quantity of zero or less.

    ## Why it is denied
    Drugs are priced, and rebates claimed, by the quantity.

    ## What to do
    Enter how much was given.

    ## Example
    Denied: `CTP****0*ML~`
    Paid: `CTP****2.5*ML~`

    ## Exceptions
    A missing quantity is a matter of the guide (IG).

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loop 2410, CTP04 and CTP05.
    """
    for segment in line.all("CTP"):
        quantity = read_amount(segment[4])
        if segment[5] and quantity is not None and quantity <= 0:
            yield no_drug_quantity.finding(
                line.at(segment, 4),
                f"the drug of line {line.number} has a quantity of {quantity}",
                observed=segment[4],
                expected="more than zero",
            )

"""CODE: remark codes that other payers reported (MIA, MOA)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import Claim
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

REMARKS = {"MOA": frozenset(range(3, 8)), "MIA": frozenset({5, 20, 21, 22, 23})}
_REMARK = re.compile(r"(?:M|MA|N)\d{1,4}", re.ASCII)


@rule(
    "CODE260",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:21",),
    segments=("MOA", "MIA"),
    edits=("STEDI-079",),
)
def malformed_remark_code(claim: Claim, _: Context) -> Iterator[Finding]:
    """Remark code of another payer that does not have the shape of one.

    ## Why it is denied
    Remark codes are M, MA or N with a number. Anything else is not in the published list.

    ## What to do
    Copy the remark code from the other payer's remittance.

    ## Example
    Denied: `MOA***ZZ99~`
    Paid: `MOA***MA01~`

    ## Exceptions
    Whether the code is in the list is not checked: the list changes three times a year.

    ## Source
    Remittance advice remark codes; 005010X222A1 and 005010X223A2, loop 2320, MOA03 to MOA07 and MIA05,
    MIA20 to MIA23.
    """
    for other in claim.other_payers:
        for segment in other.own.segments:
            for element in sorted(REMARKS.get(segment.id, ())):
                if segment[element] and not _REMARK.fullmatch(segment[element]):
                    yield malformed_remark_code.finding(
                        claim.at(segment, element),
                        "a remark code of another payer does not have the shape of one",
                        observed=segment[element],
                        expected="M, MA or N and a number",
                    )

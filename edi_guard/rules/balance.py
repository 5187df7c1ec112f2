"""BAL: sums that must agree."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from edi_guard.claims import Claim
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "BAL301",
    on=Claim,
    snip=3,
    severity=Severity.REJECT,
    carc=("16", "125"),
    rarc=("M54",),
    claim_status=("A8:178", "A8:400"),
    edits=("STEDI-003",),
    signs=Sign.UNBALANCED,
)
def total_differs_from_lines(claim: Claim, _: Context) -> Iterator[Finding]:
    """Claim total that is not the sum of the line charges.

    ## Why it is denied
    Front ends add up the lines and refuse the claim when the total differs by a cent.

    ## What to do
    Correct the charge that is wrong, on a line or in the total.

    ## Example
    Denied: `CLM*PCN1*200*…~` over lines of 180.00 and 120.00
    Paid: `CLM*PCN1*300*…~` over the same lines

    ## Exceptions
    Amounts that cannot be read are a matter of the guide (IG).

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, CLM02; loop 2400, SV102 and SV203.
    """
    charges = [line.charge for line in claim.lines]
    total = claim.charge
    if total is None or not charges or any(charge is None for charge in charges):
        return
    lines = sum((charge for charge in charges if charge is not None), Decimal(0))
    if lines != total:
        yield total_differs_from_lines.finding(
            claim.at_charge,
            f"the claim's total is {total:.2f}, its lines add up to {lines:.2f}",
            observed=f"{total:.2f}",
            expected=f"{lines:.2f}",
        )

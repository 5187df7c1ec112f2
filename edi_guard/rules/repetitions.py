"""IG: repetitions, which no element of the claim guides allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Transaction
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "IG260",
    on=Transaction,
    snip=1,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    edits=("UHC-020",),
    signs=Sign.OBJECTED,
)
def repetition_not_allowed(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Repetition separator in an element that cannot repeat.

    ## Why it is denied
    Receivers read two values where there may be one. No element that the claim guides use can repeat.

    ## What to do
    Remove the character from the value, or let the practice system use another repetition separator.

    ## Example
    Denied: `NM1*IL*1*DOE^X*JANE****MI*W123~`, where ISA11 is `^`
    Paid: `NM1*IL*1*DOE*JANE****MI*W123~`

    ## Exceptions
    Interchanges whose ISA11 is a letter have no repetition separator.

    ## Source
    X12.5, ISA11; 005010X222A1 and 005010X223A2; 999, IK403.
    """
    separator = transaction.text.delimiters.repetition
    if not separator:
        return
    for segment in transaction.text.segments:
        if separator not in segment.text:
            continue
        for element, value in enumerate(segment.elements):
            if separator in value:
                yield repetition_not_allowed.finding(
                    segment.location(element),
                    f"{segment.id} has a repetition separator in an element that cannot repeat",
                    observed=value,
                    expected="one value",
                )

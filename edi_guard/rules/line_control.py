"""SIT: line item control numbers, by which remittances name the lines they pay or deny."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Edit, Repair, Severity, Tier
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

QUALIFIER = "6R"
# What stands before REF in loop 2400 (005010X222A1 and 005010X223A2).
_BEFORE_REFERENCES = frozenset("LX SV1 SV2 SV5 PWK CR1 CR3 CRC DTP QTY MEA CN1".split())


@rule(
    "SIT101",
    on=ServiceLine,
    snip=4,
    severity=Severity.INFO,
    repairs=Tier.LOSSLESS,
    edits=("STEDI-109",),
    signs=Sign.UNNUMBERED,
)
def line_without_control_number(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Service line without a control number of its own.

    ## Why it is denied
    It is not, but the remittance cannot name the line then, and a denial of it has to be matched by
    code, day and amount.

    ## What to do
    Let the practice system send a line item control number (REF 6R) with each line.

    ## Example
    Denied: a line with `SV1` and `DTP*472` only, whose denial cannot be matched
    Paid: the same with `REF*6R*1~`

    ## Repair
    Lossless, off by default: adds REF 6R with the line's ordinal, where no other line of the claim has
    that number. It names the line and says nothing of the service.

    ## Exceptions
    None. Said once a file.

    ## Source
    005010X222A1 and 005010X223A2, loop 2400, REF with 6R.
    """
    if line.control_number:
        return
    yield line_without_control_number.finding(
        line.at_line,
        "lines have no control number (REF 6R), so that remittances cannot name them",
        expected="REF 6R on each line",
        repair=_numbering(line),
        once="control number",
    )


def _numbering(line: ServiceLine) -> Repair | None:
    number = str(line.number)
    if any(other.control_number == number for other in line.claim.lines):
        return None
    before = [segment for segment in line.own.segments if segment.id in _BEFORE_REFERENCES]
    delimiters, anchor = before[-1].delimiters, before[-1]
    text = delimiters.element.join(("REF", QUALIFIER, number)) + delimiters.segment
    return Repair(Tier.LOSSLESS, "number the line", (Edit(anchor.end + 1, "", text),))

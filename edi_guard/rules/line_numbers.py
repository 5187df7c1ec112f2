"""SIT: LX, which numbers the service lines of a claim."""

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


@rule(
    "SIT240",
    on=ServiceLine,
    snip=2,
    severity=Severity.REJECT,
    claim_status=("A7:121",),
    segments=("LX",),
    repairs=Tier.LOSSLESS,
    edits=("STEDI-111",),
    signs=Sign.OBJECTED,
)
def line_numbers_out_of_order(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Service line that is not numbered by its place.

    ## Why it is denied
    LX counts the lines of each claim, from 1 on. Receivers take a gap for a lost line.

    ## What to do
    Let the practice system count the lines of each claim from 1 on.

    ## Example
    Denied: `LX*7~` before the first line
    Paid: `LX*1~` before the first line

    ## Repair
    Lossless, off by default: writes the line's place among the lines of its claim. Not where another
    payer's answer names lines by number (SVD06), which would then name another line.

    ## Exceptions
    A missing number is a matter of the guide (IG102).

    ## Source
    005010X222A1 and 005010X223A2, loop 2400, LX01.
    """
    header, right = line.segments[0], str(line.number)
    if not header[1] or header[1] == right:
        return
    yield line_numbers_out_of_order.finding(
        line.at(header, 1),
        f"line {line.number} of the claim has another number (LX01)",
        observed=header[1],
        expected=right,
        repair=None if _is_referred_to(line) else _renumbering(line),
    )


def _is_referred_to(line: ServiceLine) -> bool:
    return any(
        adjudication.segments[0][6] for other in line.claim.lines for adjudication in other.adjudications
    )


def _renumbering(line: ServiceLine) -> Repair:
    header = line.segments[0]
    edit = Edit(header.span(1).start, header[1], str(line.number))
    return Repair(Tier.LOSSLESS, "number the lines of the claim from 1 on", (edit,))

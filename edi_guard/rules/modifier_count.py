"""MOD: more modifiers than a line can have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import procedure_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

MOST_MODIFIERS = 4
# A modifier has a digit in it or is one of two letters; no description is that short.
_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)


def _has_no_seventh_part(elements: list[str], separator: str, _: Context) -> bool:
    return len(procedure_parts(elements, separator)) < 7


@rule(
    "MOD460",
    on=ServiceLine,
    snip=1,
    severity=Severity.HOLD,
    carc=("16", "4"),
    rarc=("N519",),
    claim_status=("A7:453",),
    segments=("SV1", "SV2"),
    edits=("OPTUM-005",),
    unless=_has_no_seventh_part,
)
def fifth_modifier(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Line with more than four modifiers.

    ## Why it is denied
    Behind the fourth modifier comes the description. A fifth modifier there is not read as one, or the
    line is refused.

    ## What to do
    Keep the four modifiers that decide the payment; where more are needed, use 99 as the payer says.

    ## Example
    Denied: `SV1*HC:20610:RT:59:76:KX:GP*180*UN*1***1~`
    Paid: `SV1*HC:20610:59:76:KX:RT*180*UN*1***1~`

    ## Exceptions
    A description of more than two characters.

    ## Source
    005010X222A1, loop 2400, SV101-3 to SV101-6; 005010X223A2, loop 2400, SV202-3 to SV202-6.
    """
    element = 1 if line.service.id == "SV1" else 2
    fifth = line.service.component(element, 7)
    if len(line.modifiers) == MOST_MODIFIERS and _MODIFIER.fullmatch(fifth.upper()):
        yield fifth_modifier.finding(
            line.at(line.service, element, 7),
            f"line {line.number} has a fifth modifier",
            observed=fifth,
            expected=f"at most {MOST_MODIFIERS} modifiers",
        )

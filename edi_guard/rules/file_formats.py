"""FMT rules on the file as a whole, and on repairs that were taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.findings import Edit, Location, Repair, Severity, Tier
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign
from edi_guard.rules.subjects import InputFile, WithdrawnRepairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule("FMT290", on=InputFile, snip=1, severity=Severity.WARN, repairs=Tier.FORMAT)
def text_before_interchange(file: InputFile, _: Context) -> Iterator[Finding]:
    """Byte-order mark or blank lines before the first ISA.

    ## Why it is denied
    Receivers read the delimiters from fixed positions, counted from the first byte. Many refuse a
    file whose first three bytes are not ISA.

    ## What to do
    Switch off the byte-order mark and leading blank lines in the program that writes the file.

    ## Example
    Denied: an empty line, then `ISA*00*          *00*…~`
    Paid: `ISA*00*          *00*…~`

    ## Repair
    Removes the bytes before ISA. They carry no data: only a byte-order mark, blanks and line ends
    are ever removed.

    ## Exceptions
    None.

    ## Source
    X12.5 interchange control structure: ISA is the first segment, at fixed positions.
    """
    lead = file.envelope.lead
    if lead:
        yield text_before_interchange.finding(
            Location("", "ISA", "", 1, 0, len(lead)),
            f"{len(lead)} bytes stand before the first ISA",
            expected="ISA as the first bytes of the file",
            repair=Repair(Tier.FORMAT, "remove the bytes before the first ISA", (Edit(0, lead, ""),)),
        )


@rule("FMT901", on=WithdrawnRepairs, snip=1, severity=Severity.INFO, signs=Sign.WITHDRAWN)
def repairs_withdrawn(withdrawn: WithdrawnRepairs, _: Context) -> Iterator[Finding]:
    """Repairs that were taken back, because the guide objects to their result.

    ## Why it is denied
    It is not: the claims are judged as they came, and what would have been repaired is reported.

    ## What to do
    Correct the reported values in the practice system and send the claims again.

    ## Example
    Denied: a value whose cleaned spelling would be too short for its element
    Paid: the same value, complete, as the practice system should have sent it

    ## Exceptions
    None.

    ## Source
    edi-guard's own law: a repair is released only when a second check finds nothing new.
    """
    yield repairs_withdrawn.finding(
        withdrawn.transaction.header[0].location(),
        "repairs of this transaction set were taken back: checked again, their result broke the guide",
    )

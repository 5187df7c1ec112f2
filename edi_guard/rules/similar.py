"""SIM: look-alike codes for the same encounter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import Similar
from edi_guard.rules.ncci import is_pair
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "SIM301",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("97", "236"),
    rarc=("N20",),
    claim_status=("A8:735",),
    targets=True,
)
def similar_code_same_encounter(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line beside a code that is mistaken for it, for the same encounter.

    ## Why it is denied
    One imaging service billed under two codes is paid once at most, and often not at all until the
    claim is corrected.

    ## What to do
    Keep the code that describes what the record shows and take the other one off the claim.

    ## Example
    Denied: `SV1*HC:G4000*120*UN*1***1~` and `SV1*HC:76942*140*UN*1***1~` on the same day
    Paid: one of the two

    ## Exceptions
    Lines of other days.

    ## Source
    The list in the code's mapping; NCCI policy manual, chapter 9, in our own words.
    """
    similar = context.ask(Similar, line)
    if similar is None or line.period is None or line.claim.is_void:
        return
    for other in line.claim.lines:
        if (
            other is not line
            and other.code != line.code
            and other.code in similar.codes
            and other.period is not None
            and other.period.overlaps(line.period)
            and not is_pair(line, other.code, context, similar.severity)
        ):
            yield similar_code_same_encounter.finding(
                line.at_code,
                f"line {other.number} {other.code} looks like the same imaging as {line.code} on {line.date}",
                observed=f"{line.code} with {other.code}",
                expected="one of the two codes",
                severity=similar.severity,
                source=similar.source.label,
            )

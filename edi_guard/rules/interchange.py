"""ENV: codes in the interchange header that receivers know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign
from edi_guard.rules.subjects import InputFile, KeptFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

# ISA01 and ISA03: the kinds of authorization and security information that the guides know.
QUALIFIERS = {1: ("00", "03"), 3: ("00", "01")}


@rule(
    "ENV260",
    on=InputFile,
    snip=1,
    severity=Severity.REJECT,
    edits=("CMSX223-002", "CMSX223-004"),
)
def interchange_qualifier(file: InputFile, _: Context) -> Iterator[Finding]:
    """Interchange with an unknown kind of authorization or security information.

    ## Why it is denied
    The receiver does not know how to read ISA02 or ISA04, and refuses the interchange with a TA1.

    ## What to do
    Set ISA01 and ISA03 to 00 in the practice system, unless the receiver gave you a password.

    ## Example
    Denied: `05` in ISA01
    Paid: `00` in ISA01

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, appendix C, ISA01 (00, 03) and ISA03 (00, 01).
    """
    for interchange in file.envelope.interchanges:
        for element, allowed in QUALIFIERS.items():
            if interchange.isa[element] not in allowed:
                yield interchange_qualifier.finding(
                    interchange.isa.location(element),
                    f"ISA{element:02d} is not one of {', '.join(allowed)}",
                    observed=interchange.isa[element],
                    expected=" or ".join(allowed),
                )


@rule("ENV401", on=KeptFile, snip=1, severity=Severity.HOLD, signs=Sign.KEPT)
def file_kept_whole(file: KeptFile, _: Context) -> Iterator[Finding]:
    """Claim that waits because another one of its file does not pass.

    ## Why it is denied
    It is not: the configuration says that a file leaves whole or not at all (on-reject = "file").

    ## What to do
    Correct the claims that do not pass, and send the file again.

    ## Example
    Denied: a file of ten claims, one of which is rejected
    Paid: the same file with that claim corrected

    ## Exceptions
    None. With on-reject = "claim", the default, the other claims leave.

    ## Source
    The configuration's `on-reject`.
    """
    noun = "claim does" if file.blocked == 1 else "claims do"
    yield file_kept_whole.finding(
        None,
        f"{file.blocked} {noun} not pass, and the configuration keeps the whole file back then",
        expected="a file whose claims all pass",
    )

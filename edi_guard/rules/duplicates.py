"""DUP: the same service twice in one file, or sent with an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign
from edi_guard.rules.subjects import InputFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

DISTINCT = frozenset("59 76 77 91 XE XP XS XU 25 27 50 LT RT".split())


@rule(
    "DUP301",
    on=Claim,
    snip=7,
    severity=Severity.HOLD,
    carc=("18",),
    rarc=("N522",),
    claim_status=("A7:54", "A3:54"),
    signs=Sign.DUPLICATE,
)
def duplicate_claim(claim: Claim, context: Context) -> Iterator[Finding]:
    """Second claim in the file for the same services.

    ## Why it is denied
    Payers pay one of the two and deny the other as an exact duplicate.

    ## What to do
    Keep one of the two claims; if it corrects an earlier one, send it as a replacement (frequency 7).

    ## Example
    Denied: two claims of frequency 1 for one patient, day, code and charge
    Paid: one of them, or the second with frequency 7 and the payer's claim number

    ## Exceptions
    Replacements and voids (frequency 7 and 8). The first of the two is not reported.

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, CLM05-3; CARC 18.
    """
    if claim.is_resubmission:
        return
    earlier = [
        ordinal
        for ordinal in context.facts.same_services(claim)
        if ordinal < claim.ordinal and not context.facts.by_ordinal(ordinal).is_resubmission
    ]
    if earlier:
        yield duplicate_claim.finding(
            claim.at_claim,
            f"claim {earlier[0]} of the file bills the same services for the same patient, payer and days",
            expected="one claim, or a replacement of the earlier one",
        )


@rule(
    "DUP304",
    on=Claim,
    snip=7,
    severity=Severity.HOLD,
    carc=("18",),
    rarc=("N522",),
    claim_status=("A7:54", "A3:54"),
    signs=Sign.RELEASED,
)
def released_before(claim: Claim, context: Context) -> Iterator[Finding]:
    """Claim for services that were sent with an earlier file.

    ## Why it is denied
    The payer has these services already, and denies the second claim as an exact duplicate.

    ## What to do
    Look for the payer's answer to the earlier claim. If it was denied or has to be corrected, send a
    replacement (frequency 7); if it never arrived, release this finding with that reason.

    ## Example
    Denied: a claim of frequency 1 whose patient, payer, days, codes and charges left last week
    Paid: the same with frequency 7 and the payer's claim number

    ## Exceptions
    Replacements and voids (frequency 7 and 8), and claims without a service line. Earlier claims that
    were kept back, voided, or refused by the receiver do not count.

    ## Source
    The ledger of the folder service; 005010X222A1 and 005010X223A2, loop 2300, CLM05-3; CARC 18.
    """
    if context.history is None or claim.is_resubmission or not claim.lines:
        return
    earlier = context.history.same_services(context.facts.fact(claim))
    if earlier is not None:
        yield released_before.finding(
            claim.at_claim,
            f"the same services for the same patient, payer and days were sent on {earlier.released} with"
            f" {earlier.file}",
            expected="one claim, or a replacement of the earlier one",
        )


@rule("DUP901", on=InputFile, snip=7, severity=Severity.INFO)
def earlier_files_unknown(_: InputFile, context: Context) -> Iterator[Finding]:
    """File that could be compared with no earlier one.

    ## Why it is denied
    It is not. But the payer knows what was sent before: the same services, attachment numbers, and
    procedures that imaging belongs to.

    ## What to do
    Let the folder service keep its ledger (edi-guard watch), which remembers what was sent.

    ## Example
    Denied: a claim that was sent last week too, checked by itself
    Paid: the first time it is sent

    ## Exceptions
    Not reported by the folder service, which has a ledger.

    ## Source
    edi-guard's own law that what could not be checked is said.
    """
    if context.history is None:
        yield earlier_files_unknown.unchecked(
            "whether claims, attachment numbers or primary procedures were sent with earlier files could"
            " not be checked: there is no ledger",
            once="history",
        )


@rule("DUP302", on=Claim, snip=7, severity=Severity.WARN, claim_status=("A7:54",), signs=Sign.DUPLICATE)
def claim_number_repeated(claim: Claim, context: Context) -> Iterator[Finding]:
    """Claim number that another claim of the file has too.

    ## Why it is denied
    Remittances and acknowledgments name claims by this number, so that the two cannot be told apart.

    ## What to do
    Give each claim a number of its own.

    ## Example
    Denied: two claims with `CLM*PCN1*…~`
    Paid: `CLM*PCN1*…~` and `CLM*PCN2*…~`

    ## Exceptions
    Replacements and voids may repeat it. The first of the two is not reported.

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, CLM01.
    """
    earlier = [ordinal for ordinal in context.facts.same_id(claim) if ordinal < claim.ordinal]
    if earlier and not claim.is_resubmission:
        yield claim_number_repeated.finding(
            claim.at_id,
            f"claim {earlier[0]} of the file has the same claim number",
            observed=claim.id,
            expected="a number of its own",
        )


@rule(
    "DUP303",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("18",),
    rarc=("N522",),
    claim_status=("A7:54",),
    signs=Sign.REPEATED_LINE,
)
def duplicate_line(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Line that repeats an earlier one of the claim.

    ## Why it is denied
    Payers deny the second line as an exact duplicate.

    ## What to do
    Remove the line, or say by a modifier (76, 77, 59, 91, an X modifier) that it is another service.

    ## Example
    Denied: `SV1*HC:20610*180*UN*1***1~` twice on one day
    Paid: the second as `SV1*HC:20610:76*180*UN*1***1~`, if the record shows it

    ## Exceptions
    Lines with a modifier that says they are distinct, or that names a side. Target codes have a rule of
    their own (UNIT402). Lines without a procedure code.

    ## Source
    CARC 18; NCCI policy manual, chapter 1, in our own words.
    """
    if not line.code or context.profile(line) is not None:
        return
    if DISTINCT.intersection(line.modifiers):
        return
    mine = _signature(line)
    for other in line.claim.lines[: line.number - 1]:
        if _signature(other) == mine:
            yield duplicate_line.finding(
                line.at_code,
                f"line {line.number} repeats line {other.number}: {line.code} on {line.date}",
                observed=line.code,
                expected="one line, or a modifier that says it is distinct",
            )
            return


def _signature(line: ServiceLine) -> tuple[object, ...]:
    return (
        line.code,
        line.revenue_code,
        line.modifiers,
        line.period,
        line.charge,
        line.units,
        line.rendering.npi,
    )

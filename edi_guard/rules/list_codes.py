"""CODE: provider taxonomy, adjustment reasons and remarks against the loaded lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.claims import BillingProvider, Claim
from edi_guard.findings import Severity
from edi_guard.reference import CodeSystem, Standing
from edi_guard.reference.days import number_of
from edi_guard.rules.registry import rule
from edi_guard.rules.remarks import REMARKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Segment

_LONGEST: Final = 10


def _is_listed(context: Context, system: CodeSystem, code: str) -> bool:
    return context.tables.entry(system, code, context.today).standing is Standing.VALID


def _has_listed_taxonomy(elements: list[str], _: str, context: Context) -> bool:
    return (
        not context.tables.has_system(CodeSystem.TAXONOMY)
        or len(elements) < 4
        or _is_listed(context, CodeSystem.TAXONOMY, elements[3])
    )


def _unlisted_taxonomy(segment: Segment, context: Context) -> bool:
    code = segment[3]
    return len(code) == _LONGEST and (
        context.tables.entry(CodeSystem.TAXONOMY, code, context.today).standing
        in (Standing.MISSING, Standing.ENDED)
    )


@rule(
    "CODE253",
    on=BillingProvider,
    snip=5,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("N255",),
    claim_status=("A7:145:85",),
    segments=("PRV",),
    unless=_has_listed_taxonomy,
)
def billing_taxonomy_not_in_table(level: BillingProvider, context: Context) -> Iterator[Finding]:
    """Billing provider's taxonomy code that the loaded list does not have.

    ## Why it is denied
    Payers find the enrolment by NPI and taxonomy. A code that is in no code set finds none.

    ## What to do
    Enter the taxonomy code under which the provider is enrolled.

    ## Example
    Denied: `PRV*BI*PXC*207X00000Y~`
    Paid: `PRV*BI*PXC*207X00000X~`

    ## Exceptions
    Only where NUCC's list is loaded. NUCC adds codes twice a year, so that the claims are held.

    ## Source
    005010X222A1 and 005010X223A2, loop 2000A, PRV03; NUCC provider taxonomy code set.
    """
    for segment in level.own.all("PRV"):
        if _unlisted_taxonomy(segment, context):
            yield billing_taxonomy_not_in_table.finding(
                level.at(segment, 3),
                "the loaded list does not have the billing provider's taxonomy code",
                observed=segment[3],
                expected="a taxonomy code of NUCC's list",
            )


@rule(
    "CODE255",
    on=Claim,
    snip=5,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("N288",),
    claim_status=("A7:145:82",),
    segments=("PRV",),
    unless=_has_listed_taxonomy,
)
def provider_taxonomy_not_in_table(claim: Claim, context: Context) -> Iterator[Finding]:
    """Rendering or other provider's taxonomy code that the loaded list does not have.

    ## Why it is denied
    Payers find the enrolment by NPI and taxonomy. A code that is in no code set finds none.

    ## What to do
    Enter the taxonomy code under which the provider is enrolled.

    ## Example
    Denied: `PRV*PE*PXC*208D00000Y~`
    Paid: `PRV*PE*PXC*208D00000X~`

    ## Exceptions
    Only where NUCC's list is loaded. NUCC adds codes twice a year, so that the claim is held.

    ## Source
    005010X222A1, loops 2310B and 2420A, PRV03; 005010X223A2, loop 2310A, PRV03; NUCC's code set.
    """
    for segment in claim.all("PRV"):
        if _unlisted_taxonomy(segment, context):
            yield provider_taxonomy_not_in_table.finding(
                claim.at(segment, 3),
                "the loaded list does not have a provider's taxonomy code",
                observed=segment[3],
                expected="a taxonomy code of NUCC's list",
            )


def _has_listed_reasons(elements: list[str], _: str, context: Context) -> bool:
    return not context.tables.has_system(CodeSystem.ADJUSTMENT_REASON) or all(
        not code or _is_listed(context, CodeSystem.ADJUSTMENT_REASON, code) for code in elements[2::3]
    )


def _is_wrong(claim: Claim, context: Context, system: CodeSystem, code: str) -> bool:
    """Whether a list lacks a code, or it ended before the claim's services began."""
    entry = context.tables.entry(system, code, context.today)
    if entry.standing is Standing.MISSING:
        return True
    days = [line.date for line in claim.lines if line.date]
    return entry.standing is Standing.ENDED and bool(days) and entry.last < number_of(min(days))


@rule(
    "CODE256",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "129"),
    rarc=("N4", "M49"),
    claim_status=("A7:670",),
    segments=("CAS",),
    unless=_has_listed_reasons,
)
def reason_not_in_table(claim: Claim, context: Context) -> Iterator[Finding]:
    """Another payer's adjustment reason that the loaded list does not have.

    ## Why it is denied
    The next payer computes what is left from the reasons. One that is in no list cannot be computed with.

    ## What to do
    Copy the reason codes from the other payer's remittance.

    ## Example
    Denied: `CAS*PR*999*36~`
    Paid: `CAS*PR*2*36~`

    ## Exceptions
    Only where the list is loaded. A code that ended after the services began is taken.

    ## Source
    Claim adjustment reason codes; 005010X222A1 and 005010X223A2, loops 2320 and 2430, CAS.
    """
    if not context.tables.has_system(CodeSystem.ADJUSTMENT_REASON):
        return
    for segment in claim.all("CAS"):
        for element in range(2, len(segment.elements), 3):
            code = segment[element]
            if code and _is_wrong(claim, context, CodeSystem.ADJUSTMENT_REASON, code):
                yield reason_not_in_table.finding(
                    claim.at(segment, element),
                    f"the loaded list does not have the adjustment reason {code}",
                    observed=code,
                    expected="a claim adjustment reason code of the list",
                )


def _has_listed_remarks(elements: list[str], _: str, context: Context) -> bool:
    return not context.tables.has_system(CodeSystem.REMARK) or all(
        not elements[at] or _is_listed(context, CodeSystem.REMARK, elements[at])
        for at in REMARKS[elements[0]]
        if at < len(elements)
    )


@rule(
    "CODE257",
    on=Claim,
    snip=5,
    severity=Severity.HOLD,
    carc=("16",),
    claim_status=("A7:21",),
    segments=("MOA", "MIA"),
    unless=_has_listed_remarks,
)
def remark_not_in_table(claim: Claim, context: Context) -> Iterator[Finding]:
    """Another payer's remark code that the loaded list does not have.

    ## Why it is denied
    Remark codes are a closed list. Some payers refuse a claim with a code that is not in it.

    ## What to do
    Copy the remark codes from the other payer's remittance.

    ## Example
    Denied: `MOA***N9999~`
    Paid: `MOA***MA01~`

    ## Exceptions
    Only where the list is loaded. It grows three times a year, so that the claim is held.

    ## Source
    Remittance advice remark codes; 005010X222A1 and 005010X223A2, loop 2320, MOA and MIA.
    """
    if not context.tables.has_system(CodeSystem.REMARK):
        return
    for segment in claim.segments:
        for element in sorted(REMARKS.get(segment.id, ())):
            code = segment[element]
            if code and _is_wrong(claim, context, CodeSystem.REMARK, code):
                yield remark_not_in_table.finding(
                    claim.at(segment, element),
                    f"the loaded list does not have the remark code {code}",
                    observed=code,
                    expected="a remittance advice remark code of the list",
                )

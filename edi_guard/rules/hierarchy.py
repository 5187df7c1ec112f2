"""ENV and IG rules on the hierarchy of HL segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import HierarchyFaultKind, Transaction
from edi_guard.findings import Severity
from edi_guard.rules.registry import Rule, rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


def _faults(
    speaker: Rule[Transaction], transaction: Transaction, kind: HierarchyFaultKind, message: str
) -> Iterator[Finding]:
    for fault in transaction.faults:
        if fault.kind is kind:
            number = transaction.text.span.ordinal + 1
            where = f" (transaction set {number}, segment {fault.location.segment_number})"
            observed = fault.observed if fault.observed.isdigit() else "nothing"
            yield speaker.finding(
                fault.location,
                message.format(observed=observed, expected=fault.expected) + where,
                observed=fault.observed,
                expected=fault.expected,
            )


@rule("ENV310", on=Transaction, snip=2, severity=Severity.REJECT, signs=Sign.HIERARCHY)
def hierarchy_numbers(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """HL segments that are not numbered one by one.

    ## Why it is denied
    The guides number HL segments from 1 without a gap. A gap may mean that a patient is missing.

    ## What to do
    Export the claims again; do not remove claims by hand.

    ## Example
    Denied: `HL*1**20*1~` followed by `HL*3*1*22*0~`
    Paid: `HL*1**20*1~` followed by `HL*2*1*22*0~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, HL01.
    """
    yield from _faults(
        hierarchy_numbers,
        transaction,
        HierarchyFaultKind.NUMBER,
        "HL01 says {observed}, {expected} is next",
    )


@rule("ENV311", on=Transaction, snip=2, severity=Severity.REJECT, signs=Sign.HIERARCHY)
def hierarchy_parents(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """HL segment under no, or the wrong, parent.

    ## Why it is denied
    Whose claim it is cannot be told: a patient would stand under another subscriber or provider.

    ## What to do
    Export the claims again.

    ## Example
    Denied: `HL*3*7*23*0~` where there is no HL 7
    Paid: `HL*3*2*23*0~` under the subscriber `HL*2*1*22*1~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, HL02.
    """
    yield from _faults(
        hierarchy_parents,
        transaction,
        HierarchyFaultKind.PARENT,
        "HL02 says {observed}; it has to name {expected}",
    )


@rule("ENV312", on=Transaction, snip=2, severity=Severity.REJECT, signs=Sign.HIERARCHY)
def hierarchy_levels(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """HL segment of an unknown level.

    ## Why it is denied
    Claims have three levels: billing provider (20), subscriber (22), patient (23).

    ## What to do
    Export the claims again.

    ## Example
    Denied: `HL*2*1*21*0~`
    Paid: `HL*2*1*22*0~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, HL03.
    """
    yield from _faults(
        hierarchy_levels,
        transaction,
        HierarchyFaultKind.LEVEL,
        "HL03 names an unknown level; {expected} are known",
    )


@rule("ENV313", on=Transaction, snip=2, severity=Severity.REJECT, signs=Sign.HIERARCHY)
def orphan_claim(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Claim that stands under no patient.

    ## Why it is denied
    Whose claim it is cannot be told.

    ## What to do
    Export the claims again.

    ## Example
    Denied: `CLM` directly under the billing provider
    Paid: `CLM` under a subscriber or a dependent

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loops 2000B, 2000C and 2300.
    """
    yield from _faults(
        orphan_claim,
        transaction,
        HierarchyFaultKind.ORPHAN_CLAIM,
        "a claim does not stand under {expected}",
    )


@rule(
    "IG302",
    on=Transaction,
    snip=2,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    edits=("UHC-017",),
    signs=Sign.HIERARCHY,
)
def child_flag(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """HL segment that says wrongly whether others stand below it.

    ## Why it is denied
    HL04 has to be 1 when another HL stands below and 0 when none does. Front ends check it.

    ## What to do
    Let the practice system set HL04; claims of a dependent need HL04 = 1 at the subscriber.

    ## Example
    Denied: `HL*2*1*22*1~` without a dependent
    Paid: `HL*2*1*22*0~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, HL04; published front-end edits.
    """
    for fault in transaction.faults:
        if fault.kind is HierarchyFaultKind.CHILD_FLAG:
            yield child_flag.finding(
                fault.location,
                f"HL04 must be {fault.expected}: "
                + ("others stand below" if fault.expected == "1" else "no other stands below"),
                observed=fault.observed,
                expected=fault.expected,
            )

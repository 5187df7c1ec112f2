"""ENV: counts and control numbers of the envelopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.findings import Severity
from edi_guard.rules.envelope_faults import envelope_faults
from edi_guard.rules.registry import rule
from edi_guard.rules.subjects import InputFile
from edi_guard.x12 import FaultKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "ENV301",
    on=InputFile,
    snip=1,
    severity=Severity.REJECT,
    edits=("UHC-012",),
)
def segment_count(file: InputFile, _: Context) -> Iterator[Finding]:
    """Count of segments that is wrong.

    ## Why it is denied
    SE01 tells the receiver whether all segments arrived. A wrong count may mean that some are missing, so
    it is never corrected.

    ## What to do
    Export or transfer the file again.

    ## Example
    Denied: `SE*29*0001~` as the thirtieth segment
    Paid: `SE*30*0001~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, SE01.
    """
    yield from envelope_faults(
        segment_count,
        file,
        "SE01 says {observed} segments, {expected} are there",
        FaultKind.SEGMENT_COUNT,
    )


@rule("ENV302", on=InputFile, snip=1, severity=Severity.REJECT)
def transaction_count(file: InputFile, _: Context) -> Iterator[Finding]:
    """Count of transaction sets that is wrong.

    ## Why it is denied
    GE01 tells the receiver whether all transaction sets arrived.

    ## What to do
    Export or transfer the file again.

    ## Example
    Denied: `GE*2*1~` behind one transaction set
    Paid: `GE*1*1~`

    ## Exceptions
    None.

    ## Source
    X12.5, GE01.
    """
    yield from envelope_faults(
        transaction_count,
        file,
        "GE01 says {observed} transaction sets, {expected} are there",
        FaultKind.TRANSACTION_COUNT,
    )


@rule("ENV303", on=InputFile, snip=1, severity=Severity.REJECT)
def group_count(file: InputFile, _: Context) -> Iterator[Finding]:
    """Count of functional groups that is wrong.

    ## Why it is denied
    IEA01 tells the receiver whether all groups arrived.

    ## What to do
    Export or transfer the file again.

    ## Example
    Denied: `IEA*2*000000001~` behind one group
    Paid: `IEA*1*000000001~`

    ## Exceptions
    None.

    ## Source
    X12.5, IEA01.
    """
    yield from envelope_faults(
        group_count,
        file,
        "IEA01 says {observed} functional groups, {expected} are there",
        FaultKind.GROUP_COUNT,
    )


@rule("ENV304", on=InputFile, snip=1, severity=Severity.REJECT)
def control_numbers_differ(file: InputFile, _: Context) -> Iterator[Finding]:
    """Control numbers of header and trailer that differ.

    ## Why it is denied
    Header and trailer do not belong together: parts of two files may have been joined.

    ## What to do
    Export or transfer the file again.

    ## Example
    Denied: `ST*837*0001~` closed by `SE*41*0002~`
    Paid: `ST*837*0001~` closed by `SE*41*0001~`

    ## Exceptions
    None.

    ## Source
    X12.5: SE02, GE02 and IEA02 repeat ST02, GS06 and ISA13.
    """
    yield from envelope_faults(
        control_numbers_differ,
        file,
        "the trailer says control number {observed}, its header {expected}",
        FaultKind.TRANSACTION_CONTROL,
        FaultKind.GROUP_CONTROL,
        FaultKind.INTERCHANGE_CONTROL,
    )


@rule(
    "ENV305",
    on=InputFile,
    snip=1,
    severity=Severity.REJECT,
    edits=("UHC-019",),
)
def control_number_repeated(file: InputFile, _: Context) -> Iterator[Finding]:
    """Control number that stands twice in the file.

    ## Why it is denied
    Receivers take the second one for a repetition and refuse it.

    ## What to do
    Let the practice system count control numbers up.

    ## Example
    Denied: two interchanges with `000000001` in ISA13
    Paid: `000000001` and `000000002`

    ## Exceptions
    The same ST02 in different groups, and GS06 in different interchanges, are right.

    ## Source
    X12.5, ISA13, GS06, ST02; published front-end edits.
    """
    yield from envelope_faults(
        control_number_repeated,
        file,
        "control number {observed} stands twice in the file",
        FaultKind.DUPLICATE_CONTROL,
    )

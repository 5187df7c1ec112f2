"""ENV: whether the file is whole and X12."""

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


@rule("ENV101", on=InputFile, snip=1, severity=Severity.REJECT)
def empty_file(file: InputFile, _: Context) -> Iterator[Finding]:
    """File without content.

    ## Why it is denied
    There is nothing to process.

    ## What to do
    Check the export in the practice system, which wrote nothing.

    ## Example
    Denied: a file of 0 bytes
    Paid: a file that begins with ISA

    ## Exceptions
    None.

    ## Source
    X12.5 interchange control structure.
    """
    yield from envelope_faults(
        empty_file,
        file,
        "the file is empty",
        FaultKind.EMPTY_FILE,
    )


@rule(
    "ENV102",
    on=InputFile,
    snip=1,
    severity=Severity.REJECT,
    edits=("UHC-013", "OALLY-001"),
)
def truncated_file(file: InputFile, _: Context) -> Iterator[Finding]:
    """File that ends in the middle.

    ## Why it is denied
    The transfer or the export broke off. Claims may be missing, and nobody can tell how many.

    ## What to do
    Export or transfer the file again; do not complete it by hand.

    ## Example
    Denied: a file that ends inside a service line
    Paid: a file that ends with SE, GE and IEA

    ## Exceptions
    None: the count of claims cannot be trusted.

    ## Source
    X12.5: SE, GE and IEA close what ST, GS and ISA open.
    """
    yield from envelope_faults(
        truncated_file,
        file,
        "the file ends in the middle: the segments that close it are missing",
        FaultKind.TRUNCATED,
    )


@rule("ENV103", on=InputFile, snip=1, severity=Severity.REJECT)
def missing_terminator(file: InputFile, _: Context) -> Iterator[Finding]:
    """Last segment without terminator.

    ## Why it is denied
    Many receivers overlook a segment that is not terminated, and then miss IEA. The end may also be cut.

    ## What to do
    Export or transfer the file again.

    ## Example
    Denied: `IEA*1*000000001` at the end of the file
    Paid: `IEA*1*000000001~`

    ## Exceptions
    None.

    ## Source
    X12.5: every segment ends in the terminator that stands behind ISA16.
    """
    yield from envelope_faults(
        missing_terminator,
        file,
        "the last segment has no terminator, so the file may be cut off",
        FaultKind.MISSING_TERMINATOR,
    )


@rule("ENV105", on=InputFile, snip=1, severity=Severity.REJECT)
def unreadable_archive(file: InputFile, _: Context) -> Iterator[Finding]:
    """Archive that cannot be read.

    ## Why it is denied
    What is packed in a gzip or zip file is read as far as that is safe and certain. Of a damaged or
    locked archive nobody knows which claims are in it.

    ## What to do
    Do what the reason says. In doubt pack the claim files once more, as a usual zip archive without a
    password or with gzip, or give the files themselves.

    ## Example
    Denied: a zip archive whose transfer broke off
    Paid: the same, transferred whole

    ## Exceptions
    In a zip archive each claim file stands for itself: the others are read.

    ## Source
    RFC 1952 (gzip); PKWARE's APPNOTE.TXT (zip).
    """
    for fault in file.envelope.faults:
        if fault.kind is FaultKind.UNREADABLE_ARCHIVE:
            yield unreadable_archive.finding(None, fault.observed)


@rule(
    "ENV201",
    on=InputFile,
    snip=1,
    severity=Severity.REJECT,
    edits=("CMSX223-001",),
)
def not_x12(file: InputFile, _: Context) -> Iterator[Finding]:
    """File that is not X12.

    ## Why it is denied
    It does not begin with ISA, so that no receiver can read it.

    ## What to do
    Choose the claim file that the practice system exports, not a report.

    ## Example
    Denied: `{"claims": []}`
    Paid: `ISA*00*          *00*…~`

    ## Exceptions
    A byte-order mark and blank lines before ISA are removed (FMT290).

    ## Source
    X12.5: an interchange begins with ISA.
    """
    yield from envelope_faults(
        not_x12,
        file,
        "the file does not begin with ISA, so it is not X12",
        FaultKind.NOT_X12,
    )


@rule("ENV202", on=InputFile, snip=1, severity=Severity.REJECT)
def unreadable_encoding(file: InputFile, _: Context) -> Iterator[Finding]:
    """File in a two-byte encoding.

    ## Why it is denied
    Claims are written with one byte a character.

    ## What to do
    Save the file as plain text (ASCII).

    ## Example
    Denied: a file saved as UTF-16
    Paid: the same saved as ASCII

    ## Exceptions
    None.

    ## Source
    X12.6, character set.
    """
    yield from envelope_faults(
        unreadable_encoding,
        file,
        "the file is written in {observed}, not in plain text",
        FaultKind.ENCODING,
    )


@rule(
    "ENV203",
    on=InputFile,
    snip=1,
    severity=Severity.REJECT,
    edits=("CMSX223-002", "CMSX223-003", "CMSX223-004", "CMSX223-005"),
)
def isa_widths(file: InputFile, _: Context) -> Iterator[Finding]:
    """ISA with elements of the wrong width.

    ## Why it is denied
    ISA is the one segment of fixed width. Receivers read the delimiters by position and read nonsense.

    ## What to do
    Let the practice system pad the elements of ISA with blanks to their fixed widths.

    ## Example
    Denied: `SENDER` in ISA06, with nothing behind it
    Paid: `SENDER` in ISA06, with nine spaces behind it

    ## Exceptions
    None.

    ## Source
    X12.5, ISA: 106 characters with the terminator.
    """
    yield from envelope_faults(
        isa_widths,
        file,
        "the widths of ISA are wrong: {observed}, where {expected} belong",
        FaultKind.ISA_LENGTH,
    )


@rule("ENV204", on=InputFile, snip=1, severity=Severity.REJECT)
def illegal_delimiters(file: InputFile, _: Context) -> Iterator[Finding]:
    """Delimiters that are not distinct, or are letters, digits or blanks.

    ## Why it is denied
    Such delimiters split values.

    ## What to do
    Choose other delimiters in the practice system.

    ## Example
    Denied: component separator and element separator both `*`
    Paid: `*`, `:`, `^` and `~`

    ## Exceptions
    None.

    ## Source
    X12.5, delimiters; 005010X222A1, appendix B.
    """
    yield from envelope_faults(
        illegal_delimiters,
        file,
        "the delimiters in ISA are not distinct, or are letters, digits or blanks",
        FaultKind.DELIMITERS,
    )


@rule("ENV205", on=InputFile, snip=1, severity=Severity.REJECT)
def interchange_version(file: InputFile, _: Context) -> Iterator[Finding]:
    """Interchange of another version than 00501.

    ## Why it is denied
    Claims under HIPAA are of version 5010.

    ## What to do
    Export the claims as 5010.

    ## Example
    Denied: `00401` in ISA12
    Paid: `00501` in ISA12

    ## Exceptions
    None.

    ## Source
    45 CFR 162.1102; X12.5, ISA12.
    """
    yield from envelope_faults(
        interchange_version,
        file,
        "ISA12 says version {observed}; claims are {expected}",
        FaultKind.VERSION,
    )


@rule(
    "ENV206",
    on=InputFile,
    snip=1,
    severity=Severity.REJECT,
    edits=("CMSX223-001", "UHC-014", "UHC-016"),
)
def unexpected_segment(file: InputFile, _: Context) -> Iterator[Finding]:
    """Segment at a place where it ends something else.

    ## Why it is denied
    What opens and closes what is in doubt, so that claims cannot be told apart.

    ## What to do
    Export the file again; do not join files by hand.

    ## Example
    Denied: `ST*837*0002~` before `SE` of the first
    Paid: `SE` before the next `ST`

    ## Exceptions
    TA1 segments are passed on.

    ## Source
    X12.5, order of envelopes.
    """
    yield from envelope_faults(
        unexpected_segment,
        file,
        "segment {observed} stands where {expected} belongs",
        FaultKind.UNEXPECTED_SEGMENT,
    )


@rule("ENV207", on=InputFile, snip=1, severity=Severity.REJECT)
def data_outside(file: InputFile, _: Context) -> Iterator[Finding]:
    """Data behind IEA that is no further interchange.

    ## Why it is denied
    It belongs to no envelope; it may be the rest of a broken transfer.

    ## What to do
    Export or transfer the file again.

    ## Example
    Denied: a line of text behind IEA
    Paid: nothing, or the next ISA, behind IEA

    ## Exceptions
    Blanks, line ends and a DOS end mark are no data.

    ## Source
    X12.5: data stands between ISA and IEA.
    """
    yield from envelope_faults(
        data_outside,
        file,
        "data that is no interchange stands behind IEA",
        FaultKind.OUTSIDE_DATA,
    )


@rule("ENV213", on=InputFile, snip=1, severity=Severity.REJECT)
def empty_segment(file: InputFile, _: Context) -> Iterator[Finding]:
    """Empty segment: a terminator directly behind another.

    ## Why it is denied
    Some receivers stop reading there without a word, so that what follows is lost; others refuse the
    transaction set.

    ## What to do
    Export the claims again; a segment may have lost its content.

    ## Example
    Denied: `REF*EI*123456789~~`
    Paid: `REF*EI*123456789~`

    ## Exceptions
    None: whether something was there cannot be known, so it is not repaired.

    ## Source
    X12.6: a segment has an identifier and at least one element.
    """
    yield from envelope_faults(
        empty_segment,
        file,
        "an empty segment stands between two terminators",
        FaultKind.EMPTY_SEGMENT,
    )

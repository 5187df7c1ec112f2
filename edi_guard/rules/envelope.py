"""ENV: whether the file is whole, X12, and an 837 that edi-guard reads.

What follows cannot be trusted when one of the rules in `REFUSES` speaks: the file is refused whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.findings import Severity
from edi_guard.guide import guide_for
from edi_guard.rules.registry import Rule, rule
from edi_guard.rules.subjects import InputFile
from edi_guard.x12 import FaultKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Fault, FunctionalGroup

ADOPTED: Final = frozenset({"005010X222A1", "005010X223A2"})
LATER_ERRATA: Final = frozenset({"005010X222A2", "005010X223A3"})
CLAIMS: Final = "837"

TRANSACTION_NAMES: Final = {
    "270": "an eligibility inquiry",
    "271": "an eligibility response",
    "275": "an attachment",
    "276": "a claim status request",
    "277": "a claim status response or claim acknowledgment",
    "278": "a review request or response",
    "820": "a premium payment",
    "834": "a benefit enrollment",
    "835": "a remittance advice",
    "997": "a functional acknowledgment",
    "999": "an implementation acknowledgment",
}
GUIDE_NAMES: Final = {
    "005010X224": "dental claims (837D)",
    "005010X291": "service reporting (837R)",
    "005010X298": "post-adjudicated professional claims",
    "005010X299": "post-adjudicated institutional claims",
    "005010X300": "post-adjudicated dental claims",
    "004010X096": "institutional claims of version 4010",
    "004010X097": "dental claims of version 4010",
    "004010X098": "professional claims of version 4010",
}


def _place(fault: Fault) -> str:
    where = fault.location
    if where is None:
        return ""
    transaction = f"transaction set {fault.transaction + 1}, " if fault.transaction is not None else ""
    return f" ({transaction}segment {where.segment_number}, byte {where.byte_start})"


def _faults(speaker: Rule[InputFile], file: InputFile, message: str, *kinds: FaultKind) -> Iterator[Finding]:
    """Yield a finding for every envelope fault of these kinds.

    `message` may name {observed} and {expected}: envelopes hold no patient data.
    """
    for fault in file.envelope.faults:
        if fault.kind in kinds:
            words = message.format(observed=fault.observed or "nothing", expected=fault.expected)
            yield speaker.finding(
                fault.location,
                words + _place(fault),
                observed=fault.observed,
                expected=fault.expected,
            )


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
    yield from _faults(
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
    yield from _faults(
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
    yield from _faults(
        missing_terminator,
        file,
        "the last segment has no terminator, so the file may be cut off",
        FaultKind.MISSING_TERMINATOR,
    )


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
    Choose the claim file that the practice system exports, not a report or an archive.

    ## Example
    Denied: `{"claims": []}`
    Paid: `ISA*00*          *00*…~`

    ## Exceptions
    A byte-order mark and blank lines before ISA are removed (FMT290).

    ## Source
    X12.5: an interchange begins with ISA.
    """
    yield from _faults(
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
    yield from _faults(
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
    yield from _faults(
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
    yield from _faults(
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
    yield from _faults(
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
    yield from _faults(
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
    yield from _faults(
        data_outside,
        file,
        "data that is no interchange stands behind IEA",
        FaultKind.OUTSIDE_DATA,
    )


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
    yield from _faults(
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
    yield from _faults(
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
    yield from _faults(
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
    yield from _faults(
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
    yield from _faults(
        control_number_repeated,
        file,
        "control number {observed} stands twice in the file",
        FaultKind.DUPLICATE_CONTROL,
    )


@rule("ENV208", on=InputFile, snip=1, severity=Severity.REJECT)
def not_a_claim_file(file: InputFile, _: Context) -> Iterator[Finding]:
    """Transaction set that is not a claim.

    ## Why it is denied
    Only 837 transaction sets are claims. Nothing of a file with others is released, as claims between
    them might be overlooked.

    ## What to do
    Choose a file of claims (837), or split the file.

    ## Example
    Denied: `ST*835*0001~`
    Paid: `ST*837*0001*005010X222A1~`

    ## Exceptions
    None.

    ## Source
    X12 transaction set identifiers, ST01.
    """
    for span in file.envelope.transactions:
        if span.kind != CLAIMS:
            known = TRANSACTION_NAMES.get(span.kind)
            words = f" ({known})" if known else ""
            identifier = span.kind if span.kind.isalnum() else "unknown"
            yield not_a_claim_file.finding(
                span.group.gs.location(1),
                f"transaction set {span.ordinal + 1} is {identifier}{words}, not a claim (837)",
                observed=identifier,
                expected=CLAIMS,
            )


@rule("ENV209", on=InputFile, snip=1, severity=Severity.REJECT)
def unsupported_claim_guide(file: InputFile, _: Context) -> Iterator[Finding]:
    """Claims of a guide that edi-guard does not read.

    ## Why it is denied
    It is not: other guides, such as dental claims, have rules of their own, and unchecked claims are
    not released as if they were checked.

    ## What to do
    Send these claims without edi-guard, or put professional and institutional claims into a file of
    their own.

    ## Example
    Denied: `005010X224A2` (dental) in GS08
    Paid: `005010X222A1` (professional) or `005010X223A2` (institutional) in GS08

    ## Exceptions
    Versions close to the adopted ones are read: see ENV210 and ENV211.

    ## Source
    45 CFR 162.1102; GS08 and ST03.
    """
    for group in _claim_groups(file):
        for version in sorted({group.version, *(t.version for t in group.transactions)} - {""}):
            if guide_for(version) is None:
                named = GUIDE_NAMES.get(version[:10])
                words = f" ({named})" if named else ""
                yield unsupported_claim_guide.finding(
                    group.gs.location(8),
                    f"the claims are of guide {_plain(version)}{words}; edi-guard reads 005010X222A1"
                    " and 005010X223A2",
                    observed=_plain(version),
                    expected="005010X222A1 or 005010X223A2",
                )


@rule("ENV210", on=InputFile, snip=1, severity=Severity.REJECT)
def superseded_guide(file: InputFile, _: Context) -> Iterator[Finding]:
    """Claims that name a guide from before the adopted errata.

    ## Why it is denied
    Receivers accept the adopted versions only, and refuse the group for its version alone.

    ## What to do
    Let the practice system write 005010X222A1 or 005010X223A2 in GS08 and ST03.

    ## Example
    Denied: `005010X222` in GS08
    Paid: `005010X222A1` in GS08

    ## Exceptions
    The claims are checked by the adopted guide all the same, so that one report says everything. A payer
    that takes the old version can be given another severity in the configuration.

    ## Source
    45 CFR 162.1102; GS08.
    """
    for group in _claim_groups(file):
        version = group.version
        if guide_for(version) and version not in ADOPTED | LATER_ERRATA:
            yield superseded_guide.finding(
                group.gs.location(8),
                f"GS08 says {version}, which receivers refuse since the errata were adopted",
                observed=version,
                expected=guide_for(version) or "",
            )


@rule("ENV211", on=InputFile, snip=1, severity=Severity.WARN)
def errata_not_adopted(file: InputFile, _: Context) -> Iterator[Finding]:
    """Claims that name later errata than the adopted ones.

    ## Why it is denied
    The later errata were never adopted under HIPAA. Some receivers accept them, others refuse the group.

    ## What to do
    Let the practice system write 005010X222A1 or 005010X223A2 in GS08 and ST03.

    ## Example
    Denied: `005010X222A2` in GS08, by some receivers
    Paid: `005010X222A1` in GS08

    ## Exceptions
    The claims are checked by the adopted guide.

    ## Source
    45 CFR 162.1102; GS08.
    """
    for group in _claim_groups(file):
        if group.version in LATER_ERRATA:
            yield errata_not_adopted.finding(
                group.gs.location(8),
                f"GS08 says {group.version}, which was never adopted; some receivers refuse it",
                observed=group.version,
                expected=guide_for(group.version) or "",
            )


@rule("ENV306", on=InputFile, snip=1, severity=Severity.REJECT)
def versions_differ(file: InputFile, _: Context) -> Iterator[Finding]:
    """Transaction set that names another guide than its group.

    ## Why it is denied
    GS08 and ST03 must agree; receivers refuse the transaction set.

    ## What to do
    Let the practice system write the same guide in both.

    ## Example
    Denied: `005010X222A1` in GS08, `ST*837*0001*005010X223A2~`
    Paid: the same in both

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, ST03.
    """
    for group in _claim_groups(file):
        for span in group.transactions:
            if span.version and span.version != group.version:
                yield versions_differ.finding(
                    group.gs.location(8),
                    f"GS08 says {_plain(group.version)}, ST03 of transaction set {span.ordinal + 1}"
                    f" says {_plain(span.version)}",
                    observed=_plain(span.version),
                    expected=_plain(group.version),
                )


@rule("ENV307", on=InputFile, snip=1, severity=Severity.REJECT)
def wrong_functional_group(file: InputFile, _: Context) -> Iterator[Finding]:
    """Claims in a functional group of another kind.

    ## Why it is denied
    GS01 tells the receiver what the group holds; claims are HC.

    ## What to do
    Let the practice system write HC in GS01.

    ## Example
    Denied: `GS*HP*…~` around claims
    Paid: `GS*HC*…~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, appendix C, GS01.
    """
    for group in _claim_groups(file):
        if group.gs[1] != "HC":
            yield wrong_functional_group.finding(
                group.gs.location(1),
                "GS01 of a group of claims is not HC",
                observed=_plain(group.gs[1]),
                expected="HC",
            )


@rule("ENV212", on=InputFile, snip=1, severity=Severity.REJECT)
def wrong_usage(file: InputFile, context: Context) -> Iterator[Finding]:
    """Test file in a production folder, or the other way round.

    ## Why it is denied
    A receiver does not pay test claims, and pays production claims that were meant as a test.

    ## What to do
    Set the usage indicator in the practice system, or choose the right folder.

    ## Example
    Denied: `T` in ISA15, where the configuration says production
    Paid: `P` in ISA15

    ## Exceptions
    Without such a configuration a test file is only mentioned (ENV902).

    ## Source
    X12.5, ISA15.
    """
    for interchange in file.envelope.interchanges:
        if context.usage and interchange.usage != context.usage:
            yield wrong_usage.finding(
                interchange.isa.location(15),
                f"ISA15 says {_plain(interchange.usage)}; the configuration expects {context.usage}",
                observed=_plain(interchange.usage),
                expected=context.usage,
            )


@rule("ENV902", on=InputFile, snip=1, severity=Severity.INFO)
def test_file(file: InputFile, context: Context) -> Iterator[Finding]:
    """File that is marked as a test.

    ## Why it is denied
    A receiver does not pay test claims.

    ## What to do
    Nothing, if this is a test; else set the usage indicator to P.

    ## Example
    Denied: `T` in ISA15
    Paid: `P` in ISA15

    ## Exceptions
    Where the configuration says production, the file is refused (ENV212).

    ## Source
    X12.5, ISA15.
    """
    tests = [i for i in file.envelope.interchanges if i.usage == "T"]
    if tests and not context.usage:
        yield test_file.unchecked(
            "the file is marked as a test (ISA15 = T)", "test", tests[0].isa.location(15)
        )


@rule("ENV104", on=InputFile, snip=1, severity=Severity.REJECT)
def no_claims(file: InputFile, _: Context) -> Iterator[Finding]:
    """File without any claim.

    ## Why it is denied
    There is nothing to pay.

    ## What to do
    Check the export in the practice system, which wrote no claim.

    ## Example
    Denied: an 837 with providers and subscribers only
    Paid: an 837 with at least one CLM

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loop 2300.
    """
    readable = all(guide_for(g.version) for g in _claim_groups(file))
    only_claims = all(span.kind == CLAIMS for span in file.envelope.transactions)
    if file.claims == 0 and readable and only_claims and not file.envelope.faults:
        yield no_claims.finding(None, "there is no claim in the file")


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
    yield from _faults(
        empty_segment,
        file,
        "an empty segment stands between two terminators",
        FaultKind.EMPTY_SEGMENT,
    )


def _claim_groups(file: InputFile) -> Iterator[FunctionalGroup]:
    for interchange in file.envelope.interchanges:
        for group in interchange.groups:
            if any(span.kind == CLAIMS for span in group.transactions):
                yield group


def _plain(text: str) -> str:
    """Return envelope text fit for a sentence; anything odd is not repeated."""
    return text if text.isascii() and text.isalnum() and len(text) <= 12 else "something else"


# In whose presence the file is refused whole, whatever rules are selected. ENV310 to ENV313 speak of
# the hierarchy (rules/hierarchy.py).
REFUSES: Final = frozenset(
    {f"ENV{number}" for number in (101, 102, 103, 104, 212, 301, 302, 303, 304, 305)}
    | {f"ENV{number}" for number in range(201, 210)}
    | {f"ENV{number}" for number in range(310, 314)}
)

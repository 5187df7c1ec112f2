"""IG: what the implementation guide says against a transaction set."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from edi_guard.findings import Severity, SyntaxNote
from edi_guard.guide import ErrorLevel
from edi_guard.rules.registry import Rule, rule
from edi_guard.rules.remarks import REMARKS
from edi_guard.rules.signs import Sign
from edi_guard.rules.subjects import GuideVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.guide import GuideError
    from edi_guard.rules.context import Context

# Rule by level and 999 code (IK304 for segments, IK403 for elements).
_SEGMENT_RULES = {"1": "IG301", "2": "IG301", "3": "IG101", "4": "IG401", "5": "IG401"}
_ELEMENT_RULES = {
    "1": "IG102",
    "2": "IG102",
    "3": "IG402",
    "4": "IG202",
    "5": "IG202",
    "10": "IG303",
}


def _rule_for(error: GuideError) -> str:
    if error.level is ErrorLevel.SEGMENT:
        return _SEGMENT_RULES.get(error.code, "IG201")
    return _ELEMENT_RULES.get(error.code, "IG201")


def _errors(speaker: Rule[GuideVerdict], verdict: GuideVerdict) -> Iterator[Finding]:
    segments = verdict.transaction.text.segments
    for error in verdict.errors:
        if _rule_for(error) == speaker.code and not _said_elsewhere(error):
            # Of an excerpt only some segments are at hand; what is missing at the end is noticed behind it.
            place = bisect_left(segments, error.segment_number, key=lambda segment: segment.number)
            segment = segments[min(place, len(segments) - 1)]
            found = speaker.finding(
                segment.location(error.element or 0, error.component or 0),
                error.words,
                observed=error.value,
            )
            yield replace(found, syntax=_syntax(error))


def _syntax(error: GuideError) -> SyntaxNote:
    return SyntaxNote(
        code=error.code,
        of_element=error.level is ErrorLevel.ELEMENT,
        segment=error.segment,
        loop=error.loop,
        element=error.element or 0,
        component=error.component or 0,
    )


def _said_elsewhere(error: GuideError) -> bool:
    """Say whether another rule judges better.

    HL is judged with the hierarchy, where what stands below is known, and LX01 with the lines (SIT240). Of
    remark codes the map has an old list, so that it refuses new codes; their shape is judged by CODE260.
    """
    if error.segment == "LX":
        return error.element == 1 and bool(error.value)
    if error.segment == "HL":
        return error.element in (1, 2, 3, 4)
    return error.code == "7" and error.element in REMARKS.get(error.segment, ())


@rule(
    "IG101",
    on=GuideVerdict,
    snip=2,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    edits=("STEDI-084", "CMSIOCE-001", "STEDI-130"),
    signs=Sign.OBJECTED,
)
def required_segment_missing(verdict: GuideVerdict, _: Context) -> Iterator[Finding]:
    """Segment or loop that the guide requires is missing.

    ## Why it is denied
    Receivers refuse the transaction set or the claim when a required part is missing.

    ## What to do
    Complete the claim in the practice system.

    ## Example
    Denied: a claim without `HI`
    Paid: the claim with its principal diagnosis

    ## Exceptions
    None.

    ## Source
    The implementation guide's map; 999, IK304 code 3.
    """
    yield from _errors(required_segment_missing, verdict)


@rule(
    "IG102",
    on=GuideVerdict,
    snip=2,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    edits=(
        "STEDI-001",
        "STEDI-077",
        "STEDI-078",
        "STEDI-085",
        "UHC-008",
        "UHC-009",
        "UHC-011",
        "CMSIOCE-001",
        "STEDI-016",
        "STEDI-083",
        "OFFMD-002",
        "PMHELP-003",
        "NJMCD-008",
    ),
    signs=Sign.OBJECTED,
)
def required_element_missing(verdict: GuideVerdict, _: Context) -> Iterator[Finding]:
    """Element that the guide requires is missing.

    ## Why it is denied
    Receivers refuse a segment without its required elements.

    ## What to do
    Complete the value in the practice system.

    ## Example
    Denied: `NM1*85*2******XX*1234567893~`
    Paid: `NM1*85*2*SAMPLE CLINIC*****XX*1234567893~`

    ## Exceptions
    None.

    ## Source
    The implementation guide's map; 999, IK403 codes 1 and 2.
    """
    yield from _errors(required_element_missing, verdict)


@rule(
    "IG201",
    on=GuideVerdict,
    snip=2,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    edits=(
        "STEDI-050",
        "STEDI-084",
        "STEDI-092",
        "UHC-015",
        "UHC-021",
        "KAREO-003",
        "STEDI-094",
        "STEDI-104",
        "STEDI-124",
        "KAREO-007",
        "KAREO-016",
        "OPTUM-002",
        "UHC-003",
    ),
    signs=Sign.OBJECTED,
)
def value_not_allowed(verdict: GuideVerdict, _: Context) -> Iterator[Finding]:
    """Value that the guide does not allow at its place.

    ## Why it is denied
    The guide lists the values, or the characters, that an element can have.

    ## What to do
    Enter a value that the guide allows.

    ## Example
    Denied: `CLM*PCN1*180***11:X:1*Y*A*Y*Y~`
    Paid: `CLM*PCN1*180***11:B:1*Y*A*Y*Y~`

    ## Exceptions
    None.

    ## Source
    The implementation guide's map; 999, IK403 codes 6, 7, 8 and 9.
    """
    yield from _errors(value_not_allowed, verdict)


@rule(
    "IG202",
    on=GuideVerdict,
    snip=2,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    edits=("STEDI-011", "UHC-001", "UHC-002", "KAREO-005"),
    signs=Sign.OBJECTED,
)
def value_length(verdict: GuideVerdict, _: Context) -> Iterator[Finding]:
    """Value that is too short or too long, or not used.

    ## Why it is denied
    Receivers cut or refuse values beyond the lengths of the guide.

    ## What to do
    Shorten or complete the value.

    ## Example
    Denied: a claim number of 60 characters
    Paid: a claim number of at most 20 characters

    ## Exceptions
    None.

    ## Source
    The implementation guide's map; 999, IK403 codes 4 and 5.
    """
    yield from _errors(value_length, verdict)


@rule(
    "IG301",
    on=GuideVerdict,
    snip=2,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    edits=("AVAIL-004", "OPTUM-006"),
    signs=Sign.OBJECTED,
)
def segment_not_expected(verdict: GuideVerdict, _: Context) -> Iterator[Finding]:
    """Segment that the guide does not expect at its place.

    ## Why it is denied
    The order of segments carries meaning; one at a wrong place belongs to nothing.

    ## What to do
    Let the practice system write segments in the order of the guide.

    ## Example
    Denied: `DTP*472*D8*20261102~` behind `LX` before `SV1`
    Paid: `SV1` before `DTP*472`

    ## Exceptions
    None.

    ## Source
    The implementation guide's map; 999, IK304 codes 1 and 2.
    """
    yield from _errors(segment_not_expected, verdict)


@rule(
    "IG303", on=GuideVerdict, snip=2, severity=Severity.REJECT, claim_status=("A7:481",), signs=Sign.OBJECTED
)
def elements_exclude_each_other(verdict: GuideVerdict, _: Context) -> Iterator[Finding]:
    """Element that may not stand with what it stands with, or at all.

    ## Why it is denied
    The guide does not use the element here, or excludes the two together.

    ## What to do
    Remove the element.

    ## Example
    Denied: a value in an element that the guide does not use
    Paid: the element left empty

    ## Exceptions
    None.

    ## Source
    The implementation guide's map; 999, IK403 code 10.
    """
    yield from _errors(elements_exclude_each_other, verdict)


@rule(
    "IG401",
    on=GuideVerdict,
    snip=2,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    edits=("STEDI-098", "OPTUM-004", "STEDI-081", "STEDI-083"),
    signs=Sign.OBJECTED,
)
def repeated_too_often(verdict: GuideVerdict, _: Context) -> Iterator[Finding]:
    """Segment or loop that stands more often than the guide allows.

    ## Why it is denied
    Receivers refuse what exceeds the number of repeats.

    ## What to do
    Spread the content over several claims, or remove repetitions.

    ## Example
    Denied: 51 service lines on a professional claim
    Paid: 50 service lines

    ## Exceptions
    None.

    ## Source
    The implementation guide's map; 999, IK304 codes 4 and 5.
    """
    yield from _errors(repeated_too_often, verdict)


@rule(
    "IG402",
    on=GuideVerdict,
    snip=2,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    edits=("STEDI-084", "STEDI-085"),
    signs=Sign.OBJECTED,
)
def too_many_parts(verdict: GuideVerdict, _: Context) -> Iterator[Finding]:
    """Segment or composite with more parts than the guide has.

    ## Why it is denied
    The surplus belongs to nothing, mostly because a delimiter stands inside a value.

    ## What to do
    Look for delimiters inside values and remove them.

    ## Example
    Denied: `SV1*HC:20610:A1:A2:A3:A4:X:Y:Z*180*UN*1***1~`
    Paid: `SV1*HC:20610:RT*180*UN*1***1~`

    ## Exceptions
    None.

    ## Source
    The implementation guide's map; 999, IK403 code 3.
    """
    yield from _errors(too_many_parts, verdict)

"""Sorts what was found by interchange, functional group and transaction set, as codes."""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edi_guard.acks import codes
from edi_guard.x12 import FaultKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.engine import Outcome
    from edi_guard.findings import Finding, Location
    from edi_guard.x12 import Envelope, Fault, FunctionalGroup, Interchange, TransactionSpan

_ELEMENT = re.compile(r"[A-Z0-9]{2,3}?(\d{2})(?:-(\d{1,2}))?")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_HIERARCHY_RULES = frozenset({"ENV310", "ENV311", "ENV312", "ENV313"})
_UNNAMED_SEGMENT = "ZZZ"


@dataclass(frozen=True, slots=True, order=True)
class ElementNote:
    """One error of an element: IK4. Positions count from 1; 0 is none."""

    element: int
    component: int
    code: str


@dataclass(slots=True)
class SegmentNote:
    """What is wrong with one segment: IK3 with its IK4.

    Attributes:
        number: counted from 1 at ST.
        segment: its identifier; of the missing one, where one is missing.
        loop: the guide's loop, ``""`` where unknown.
        code: IK304.
        claim: CLM01 of the claim it stands in, ``""`` above the claims.
        elements: the errors of its elements.
    """

    number: int
    segment: str
    loop: str
    code: str
    claim: str = ""
    elements: set[ElementNote] = field(default_factory=set)


class Notes:
    """All that acknowledgments say against an input, sorted by the part that it concerns."""

    def __init__(self, outcome: Outcome) -> None:
        self._envelope = outcome.envelope
        self._spans = outcome.envelope.transactions
        self._starts = [span.start for span in self._spans]
        self._interchanges: defaultdict[int, list[str]] = defaultdict(list)
        self._groups: defaultdict[int, list[str]] = defaultdict(list)
        self._transactions: defaultdict[int, list[str]] = defaultdict(list)
        self._segments: defaultdict[int, dict[tuple[int, str, str], SegmentNote]] = defaultdict(dict)
        for fault in outcome.envelope.faults:
            self._add_fault(fault)
        for group in _groups(outcome.envelope):
            if group.ge is None:
                self._groups[id(group)].append(codes.GROUP_NOT_CLOSED)
            if not can_be_answered(group):
                self._interchanges[id(group.interchange)].append(codes.UNUSABLE_GROUP)
        for item in outcome.findings:
            self._add_finding(item.finding, "")
        for claim in outcome.claims.remarkable():
            for finding in claim.findings:
                self._add_finding(finding, claim.id)

    # ----------------------------------------------------------------- asked

    def of_interchange(self, interchange: Interchange) -> list[str]:
        """Return the codes of TA105."""
        return list(dict.fromkeys(self._interchanges[id(interchange)]))

    def of_group(self, group: FunctionalGroup) -> list[str]:
        """Return the codes of AK905."""
        return list(dict.fromkeys(self._groups[id(group)]))

    def of_transaction(self, span: TransactionSpan) -> list[str]:
        """Return the codes of IK502."""
        found = dict.fromkeys(self._transactions[span.ordinal])
        if self._segments[span.ordinal]:
            found[codes.SEGMENTS_IN_ERROR] = None
        return list(found)

    def of_segments(self, span: TransactionSpan) -> list[SegmentNote]:
        """Return what is wrong with the segments of a transaction set, in file order."""
        return sorted(self._segments[span.ordinal].values(), key=lambda note: note.number)

    # ---------------------------------------------------------------- faults

    def _add_fault(self, fault: Fault) -> None:
        if fault.kind is FaultKind.DUPLICATE_CONTROL:
            self._add_repeated(fault)
        elif fault.transaction is not None and fault.kind in codes.TRANSACTION_FAULTS:
            self._transactions[fault.transaction].append(codes.TRANSACTION_FAULTS[fault.kind])
        elif fault.kind in codes.GROUP_FAULTS:
            for group in _groups(self._envelope):
                if group.ge is not None and _within(fault.location, group.ge.start, group.ge.end):
                    self._groups[id(group)].append(codes.GROUP_FAULTS[fault.kind])
        elif fault.kind is FaultKind.EMPTY_SEGMENT:
            self._add_to_interchange(fault.location, codes.EMPTY_BETWEEN_GROUPS)
        elif fault.kind in codes.INTERCHANGE_FAULTS:
            self._add_to_interchange(fault.location, codes.INTERCHANGE_FAULTS[fault.kind])

    def _add_repeated(self, fault: Fault) -> None:
        segment = fault.location.segment if fault.location else ""
        if segment == "ISA":
            self._add_to_interchange(fault.location, codes.INTERCHANGE_REPEATED)
        for group in _groups(self._envelope):
            if segment == "GS" and _within(fault.location, group.gs.start, group.gs.end):
                self._groups[id(group)].append(codes.GROUP_REPEATED)
        span = self._span_at(fault.location) if fault.location and segment == "ST" else None
        if span is not None:
            self._transactions[span.ordinal].append(codes.TRANSACTION_REPEATED)

    def _add_to_interchange(self, location: Location | None, code: str) -> None:
        """Note a code for the interchange in, or behind, which a place is; the last without a place."""
        before = [
            interchange
            for interchange in self._envelope.interchanges
            if location is None or interchange.isa.start <= location.byte_start
        ]
        if before:
            self._interchanges[id(before[-1])].append(code)

    # -------------------------------------------------------------- findings

    def _add_finding(self, finding: Finding, claim: str) -> None:
        location = finding.location
        if location is None:
            return
        if finding.rule in codes.INTERCHANGE_RULES:
            self._add_to_interchange(location, codes.INTERCHANGE_RULES[finding.rule])
        if location.segment == "GS":
            for group in _groups(self._envelope):
                if _within(location, group.gs.start, group.gs.end):
                    self._add_group_finding(finding, group)
        elif _is_structural(finding):
            span = self._span_at(location)
            if span is not None:
                self._add_segment(span, _segment_note(finding, location, claim))

    def _span_at(self, location: Location) -> TransactionSpan | None:
        index = bisect.bisect_right(self._starts, location.byte_start) - 1
        if index < 0 or location.byte_start >= self._spans[index].end:
            return None
        return self._spans[index]

    def _add_group_finding(self, finding: Finding, group: FunctionalGroup) -> None:
        if finding.rule in codes.GROUP_RULES:
            self._groups[id(group)].append(codes.GROUP_RULES[finding.rule])
        for span in group.transactions:
            if finding.rule == "ENV208" and span.kind != "837":
                self._transactions[span.ordinal].append(codes.TRANSACTION_NOT_SUPPORTED)
            if finding.rule == "ENV306" and span.version and span.version != group.version:
                self._transactions[span.ordinal].append(codes.GUIDE_NOT_SUPPORTED)

    def _add_segment(self, span: TransactionSpan, note: SegmentNote) -> None:
        key = (note.number, note.segment, note.code)
        known = self._segments[span.ordinal].setdefault(key, note)
        known.elements |= note.elements
        known.claim = known.claim or note.claim


def can_be_answered(group: FunctionalGroup) -> bool:
    """Whether a 999 can name a functional group: by its kind and a control number."""
    number = group.control_number.strip()
    return (
        group.gs[1] in codes.FUNCTIONAL_IDENTIFIERS
        and number.isascii()
        and number.isdigit()
        and len(number) <= 9
    )


def _is_structural(finding: Finding) -> bool:
    return finding.syntax is not None or finding.rule in _HIERARCHY_RULES or finding.rule.startswith("IG")


def _groups(envelope: Envelope) -> Iterator[FunctionalGroup]:
    for interchange in envelope.interchanges:
        yield from interchange.groups


def _within(location: Location | None, start: int, end: int) -> bool:
    return location is not None and start <= location.byte_start <= end


def _segment_note(finding: Finding, location: Location, claim: str) -> SegmentNote:
    syntax = finding.syntax
    if syntax is not None:
        named, loop = syntax.segment, syntax.loop
        element, component, code = syntax.element, syntax.component, syntax.code
        of_element = syntax.of_element
    else:
        named, loop = location.segment, location.loop
        element, component = _position(location.element)
        of_element = element > 0
        known = codes.ELEMENT_RULES if of_element else codes.SEGMENT_RULES
        code = known.get(finding.rule, "")
    note = SegmentNote(
        number=location.segment_number,
        segment=named if _SEGMENT.fullmatch(named) else _UNNAMED_SEGMENT,
        # The element holds four characters, which is what the guides' loops begin with.
        loop=loop[:4] if loop[:4].isdigit() else "",
        code=codes.HAS_ELEMENT_ERRORS,
        claim=claim,
    )
    if of_element and element:
        usable = code if code in codes.ELEMENT_CODES else codes.OTHER_ELEMENT_ERROR
        note.elements.add(ElementNote(element, component, usable))
    elif not of_element and code in codes.SEGMENT_CODES:
        note.code = code
    return note


def _position(reference: str) -> tuple[int, int]:
    match = _ELEMENT.fullmatch(reference)
    return (int(match[1]), int(match[2] or 0)) if match else (0, 0)

"""Reads a file's envelopes and its transaction sets, one after the other, and loses no byte.

Streaming: only the transaction set being read is held. What is wrong with the envelopes is collected
as faults; reading stops where the boundaries of what follows cannot be trusted.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, NoReturn

from edi_guard.findings import Location
from edi_guard.x12.delimiters import ISA_LENGTH, Delimiters, IsaFault, read_delimiters
from edi_guard.x12.envelope import Envelope, FunctionalGroup, Interchange, TransactionSpan
from edi_guard.x12.faults import Fault, FaultKind
from edi_guard.x12.segment import Segment
from edi_guard.x12.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.x12.sections import Section
    from edi_guard.x12.source import Source
    from edi_guard.x12.window import Body

BYTE_ORDER_MARK = "\xef\xbb\xbf"
FILLER = "\r\n \t"
TRAILING_FILLER = FILLER + "\x00\x1a"
UTF_16_MARKS = ("\xff\xfe", "\xfe\xff", "I\x00S\x00", "\x00I\x00S")


class TransactionText:
    """A transaction set, from ST's lead to SE's terminator; cut into segments when these are asked for.

    Attributes:
        span: its place among the envelopes.
        start: the offset of the first character.
        section: which claims of the transaction set these are; None for all of them.
    """

    def __init__(
        self, span: TransactionSpan, text: str | Source, start: int, section: Section | None = None
    ) -> None:
        """Take the text, or where it stands: one that is too long to be held is read when it is asked for."""
        self.span = span
        self.start = start
        self.section = section
        self._text = text
        if isinstance(text, str):
            # An attribute like any other, which costs nothing to ask for.
            self.__dict__["text"] = text

    @cached_property
    def text(self) -> str:
        """Its bytes, Latin-1 decoded."""
        text = self._text
        return text if isinstance(text, str) else text.read(self.span.start, self.span.end)

    @property
    def is_long(self) -> bool:
        """Whether it is too long to be held as it was read."""
        return not isinstance(self._text, str)

    def edited(self, text: str) -> TransactionText:
        """Return the same transaction set, or section of one, with another text."""
        return TransactionText(self.span, text, self.start, self.section)

    @property
    def delimiters(self) -> Delimiters:
        """The interchange's delimiters."""
        return self.span.group.interchange.delimiters

    @cached_property
    def has_empty_segments(self) -> bool:
        """Whether a terminator follows another directly."""
        return _empty(self.delimiters).search(self.text) is not None

    @cached_property
    def segments(self) -> list[Segment]:
        """Every segment, ST first, SE last."""
        return self._cut[0]

    @cached_property
    def empty_segments(self) -> tuple[int, ...]:
        """The bytes at which a terminator followed another directly."""
        return self._cut[1]

    @cached_property
    def _cut(self) -> tuple[list[Segment], tuple[int, ...]]:
        return _segments(self.text, self.start, self.delimiters)


class _StopReadingError(Exception):
    """What follows cannot be trusted; the reason is among the faults."""


class EnvelopeReader:
    """Iterates over the transaction sets of a source; `envelope` is whole when the iteration ends."""

    def __init__(self, source: Source) -> None:
        self.envelope = Envelope()
        self._window = Window(source)
        self._source = source
        self._control_numbers: set[tuple[str, ...]] = set()
        self._ordinal = 0
        self._number = 0

    def __iter__(self) -> Iterator[TransactionText]:
        try:
            self._enter_file()
            while self._at_interchange():
                yield from self._interchange()
        except _StopReadingError:
            return

    # ------------------------------------------------------------------ file

    def _enter_file(self) -> None:
        if self._source.refusal:
            self._stop(FaultKind.UNREADABLE_ARCHIVE, observed=self._source.refusal)
        if self._window.peek(1) == "":
            self._stop(FaultKind.EMPTY_FILE)
        if self._window.peek(4).startswith(UTF_16_MARKS):
            self._stop(FaultKind.ENCODING, observed="UTF-16")
        if self._window.peek(3) == BYTE_ORDER_MARK:
            self._window.take(3)
        self._window.skip(FILLER)
        self.envelope.lead = self._source.read(0, self._window.offset)
        if self._window.peek(1) == "":
            self._stop(FaultKind.EMPTY_FILE)
        if self._window.peek(3) != "ISA":
            self._stop(FaultKind.NOT_X12)

    def _at_interchange(self) -> bool:
        if self.envelope.interchanges:
            self._window.skip(TRAILING_FILLER)
        begin = self._window.peek(4)
        if not begin:
            return False
        if not begin.startswith("ISA") or (begin[3:].isascii() and begin[3:].isalnum()):
            self._stop(FaultKind.OUTSIDE_DATA, self._here("", 0, len(begin)))
        return True

    # ----------------------------------------------------------- interchange

    def _interchange(self) -> Iterator[TransactionText]:
        interchange = self._open_interchange()
        while True:
            segment = self._next(interchange)
            if segment.id == "GS":
                yield from self._group(interchange, segment)
            elif segment.id == "IEA":
                self._close_interchange(interchange, segment)
                return
            elif segment.id == "TA1":
                interchange.acknowledgments.append(segment)
            else:
                self._unexpected(segment, "GS or IEA")

    def _open_interchange(self) -> Interchange:
        head = self._window.peek(ISA_LENGTH + 1)
        delimiters = read_delimiters(head)
        if isinstance(delimiters, IsaFault):
            reference = f"ISA{delimiters.element:02d}"
            self._stop(
                FaultKind.ISA_LENGTH,
                self._here(reference, 0, min(len(head), ISA_LENGTH)),
                f"{max(delimiters.width, 0)} characters in {reference}",
                f"{delimiters.expected} characters",
            )
        if not delimiters.is_legal:
            self._stop(FaultKind.DELIMITERS, self._here("ISA", 0, ISA_LENGTH))
        self._number = 1
        isa = self._window.next_segment(delimiters, 1)
        if isa is None:
            self._truncated(None)
        interchange = Interchange(isa, self.envelope.end)
        self.envelope.interchanges.append(interchange)
        self._check_interchange_header(interchange)
        return interchange

    def _check_interchange_header(self, interchange: Interchange) -> None:
        isa = interchange.isa
        if isa[12] != "00501":
            self._fault(FaultKind.VERSION, isa.location(12), isa[12], "00501")
        self._unique(isa, 13, "ISA", isa[13])

    def _close_interchange(self, interchange: Interchange, iea: Segment) -> None:
        interchange.iea = iea
        self.envelope.end = iea.end + 1
        self._count(iea, 1, len(interchange.groups), FaultKind.GROUP_COUNT)
        self._same(iea, 2, interchange.control_number, FaultKind.INTERCHANGE_CONTROL)

    # ----------------------------------------------------------------- group

    def _group(self, interchange: Interchange, gs: Segment) -> Iterator[TransactionText]:
        group = FunctionalGroup(gs, interchange)
        interchange.groups.append(group)
        self._unique(gs, 6, "GS", interchange.control_number, gs[6])
        while True:
            segment = self._next(interchange)
            if segment.id == "ST":
                yield self._transaction(group, segment)
            elif segment.id == "GE":
                group.ge = segment
                self._count(segment, 1, len(group.transactions), FaultKind.TRANSACTION_COUNT)
                self._same(segment, 2, group.control_number, FaultKind.GROUP_CONTROL)
                return
            else:
                self._unexpected(segment, "ST or GE")

    # ----------------------------------------------------------- transaction

    def _transaction(self, group: FunctionalGroup, st: Segment) -> TransactionText:
        delimiters = group.interchange.delimiters
        st.number = 1
        taken = self._window.take_body(delimiters, _trailer(delimiters))
        if taken is None:
            self._truncated(st)
        se = taken.trailer
        if se.id != "SE":
            se.number = _segments_in(taken, delimiters)
            self._unexpected(se, "SE", self._ordinal)
        span = self._span(group, st, st.end + 1 + taken.length)
        group.transactions.append(span)
        made = self._text(span, st, taken)
        self._check_transaction(made, taken, st, se)
        self._ordinal += 1
        return made

    def _text(self, span: TransactionSpan, st: Segment, taken: Body) -> TransactionText:
        if taken.text is None:
            made = TransactionText(span, self._source, span.start)
            made.__dict__["has_empty_segments"] = taken.empty > 0
            return made
        return TransactionText(span, self._source.read(span.start, st.end + 1) + taken.text, span.start)

    def _span(self, group: FunctionalGroup, st: Segment, end: int) -> TransactionSpan:
        return TransactionSpan(
            ordinal=self._ordinal,
            group=group,
            kind=st[1],
            control_number=st[2],
            version=st[3],
            start=st.chunk.start,
            end=end,
        )

    def _check_transaction(self, text: TransactionText, taken: Body, st: Segment, se: Segment) -> None:
        empty = text.has_empty_segments
        se.number = len(text.segments) if empty else taken.terminators
        self._number += se.number - 1
        group = text.span.group
        self._count(se, 1, se.number, FaultKind.SEGMENT_COUNT, self._ordinal)
        self._same(se, 2, st[2], FaultKind.TRANSACTION_CONTROL, self._ordinal)
        self._unique(st, 2, "ST", group.interchange.control_number, group.control_number, st[2])
        for offset in text.empty_segments if empty else ():
            following = next((s for s in text.segments if s.start > offset), se)
            self._fault(
                FaultKind.EMPTY_SEGMENT,
                Location("", "", "", following.number, offset, offset + 1),
                transaction=self._ordinal,
            )

    # --------------------------------------------------------------- helpers

    def _next(self, interchange: Interchange) -> Segment:
        self._number += 1
        segment = self._window.next_segment(interchange.delimiters, self._number)
        if segment is None:
            self._end_without_terminator(interchange)
        for offset in self._window.take_empty_segments():
            self._fault(FaultKind.EMPTY_SEGMENT, Location("", "", "", self._number, offset, offset + 1))
        return segment

    def _end_without_terminator(self, interchange: Interchange) -> NoReturn:
        rest = self._window.peek(64).strip(FILLER)
        separator = interchange.delimiters.element
        if rest.split(separator)[0] == "IEA" and rest.split(separator)[2:] == [interchange.control_number]:
            self._stop(FaultKind.MISSING_TERMINATOR, self._here("", 0, len(rest)))
        self._truncated(None)

    def _truncated(self, st: Segment | None) -> NoReturn:
        """Stop: the file ends, or goes on for megabytes, without a segment terminator."""
        if self._window.rest_is_long():
            self._stop(FaultKind.MISSING_TERMINATOR, self._here("", 0, 1))
        place = st.location() if st else None
        self._stop(FaultKind.TRUNCATED, place, transaction=self._ordinal if st else None)

    def _unexpected(self, segment: Segment, expected: str, transaction: int | None = None) -> NoReturn:
        identifier = segment.id if segment.id.isalnum() and len(segment.id) <= 3 else ""
        self._stop(FaultKind.UNEXPECTED_SEGMENT, segment.location(), identifier, expected, transaction)

    def _count(
        self,
        segment: Segment,
        element: int,
        actual: int,
        kind: FaultKind,
        transaction: int | None = None,
    ) -> None:
        said = segment[element].strip()
        if not (said.isascii() and said.isdigit() and int(said) == actual):
            self._fault(kind, segment.location(element), said, str(actual), transaction)

    def _same(
        self,
        segment: Segment,
        element: int,
        control_number: str,
        kind: FaultKind,
        transaction: int | None = None,
    ) -> None:
        if segment[element] != control_number:
            place = segment.location(element)
            self._fault(kind, place, segment[element], control_number, transaction)

    def _unique(self, segment: Segment, element: int, *key: str) -> None:
        if key in self._control_numbers:
            self._fault(FaultKind.DUPLICATE_CONTROL, segment.location(element), segment[element])
        self._control_numbers.add(key)

    def _here(self, element: str, start: int, length: int) -> Location:
        offset = self._window.offset + start
        return Location("", element[:3], element, self._number, offset, offset + length)

    def _fault(
        self,
        kind: FaultKind,
        location: Location | None = None,
        observed: str = "",
        expected: str = "",
        transaction: int | None = None,
    ) -> None:
        self.envelope.faults.append(Fault(kind, location, observed, expected, transaction))

    def _stop(
        self,
        kind: FaultKind,
        location: Location | None = None,
        observed: str = "",
        expected: str = "",
        transaction: int | None = None,
    ) -> NoReturn:
        self._fault(kind, location, observed, expected, transaction)
        raise _StopReadingError


ENVELOPE_SEGMENTS = frozenset({"ISA", "IEA", "GS", "GE", "ST", "TA1"})


def read_transaction(
    source: Source, span: TransactionSpan, section: Section | None = None
) -> TransactionText:
    """Read one transaction set again, found by an `EnvelopeReader` before, or a section of it."""
    text = source.read(span.start, span.end) if section is None else section.read(source)
    return parse_transaction(text, span, span.start, section)


def parse_transaction(
    text: str, span: TransactionSpan, start: int, section: Section | None = None
) -> TransactionText:
    """Return the text of a transaction set, from ST's lead to SE's terminator, as one.

    Args:
        text: the bytes of the transaction set, or of a section of it, Latin-1 decoded.
        span: its place among the envelopes.
        start: the offset that the first character gets.
        section: which section it is; None for the whole.
    """
    return TransactionText(span, text, start, section)


def _segments_in(taken: Body, delimiters: Delimiters) -> int:
    """Return how many segments there are, ST and the trailer among them."""
    if taken.text is None:
        return taken.terminators - taken.empty
    return len(_segments(taken.text, 0, delimiters)[0]) + 1


def _segments(text: str, start: int, delimiters: Delimiters) -> tuple[list[Segment], tuple[int, ...]]:
    blanks = FILLER.replace(delimiters.segment, "")
    segments: list[Segment] = []
    empty: list[int] = []
    position = begin = start
    pieces = text.split(delimiters.segment)
    pieces.pop()
    for piece in pieces:
        body = piece.lstrip(blanks)
        position += len(piece)
        if body:
            at = position - len(body)
            segments.append(Segment(body, at, at - begin, len(segments) + 1, delimiters))
            begin = position + 1
        else:
            empty.append(position)
        position += 1
    return segments, tuple(empty)


@cache
def _trailer(delimiters: Delimiters) -> re.Pattern[str]:
    """Match where SE begins, or an envelope segment that has no place before it."""
    blanks = re.escape(FILLER.replace(delimiters.segment, ""))
    names = "|".join(sorted({"SE", *ENVELOPE_SEGMENTS}))
    ends = re.escape(delimiters.element + delimiters.segment)
    return re.compile(f"{re.escape(delimiters.segment)}[{blanks}]*({names})(?=[{ends}])")


@cache
def _empty(delimiters: Delimiters) -> re.Pattern[str]:
    """Match a terminator that follows another with nothing between them."""
    blanks = re.escape(FILLER.replace(delimiters.segment, ""))
    terminator = re.escape(delimiters.segment)
    return re.compile(f"{terminator}[{blanks}]*{terminator}")

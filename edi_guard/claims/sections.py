"""Cuts a transaction set that is too long to be held into sections, as long as its hierarchy is regular.

Only HL, CLM and the terminators are looked at, in one pass over the file. Cuts are made in front of an HL or
a CLM and behind a claim, where all that counts across the cut is known. Anything irregular about the
hierarchy, and there are no sections: then the transaction set has to be read whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from edi_guard.claims.levels import BILLING_PROVIDER, DEPENDENT, LEVEL_ABOVE, SUBSCRIBER
from edi_guard.x12 import FILLER, Piece, Section, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.x12 import Delimiters, Source, TransactionSpan

# A section is about so long: what is carried along costs nothing beside it, and its claims as objects fit.
SECTION_BYTES = 1 << 18
_LEVEL_BELOW: Final = {above: below for below, above in LEVEL_ABOVE.items() if above}


class Joint(NamedTuple):
    """A place of the file at which an HL or a CLM begins.

    Attributes:
        place: the byte at which its lead begins.
        run: the HL or CLM before it, with the segments that follow that one.
        above: the header, and the levels that the run stands under, the billing provider's first.
    """

    place: int
    run: Span
    above: tuple[Piece, ...]


class CarriedLevel(NamedTuple):
    """A level that claims of a later section stand under.

    Attributes:
        piece: its own segments, without those of the levels and claims below.
        joint: where it begins; None where that is directly behind the level above it, or the header.
    """

    piece: Piece
    joint: Joint | None


class Joints(Protocol):
    """Knows where a transaction set may be cut so that nobody notices."""

    def allow(self, joint: Joint, carried: tuple[CarriedLevel, ...]) -> bool:
        """Whether a section may begin at a place, with these levels carried along."""

    def allow_end(self, joint: Joint) -> bool:
        """Whether the transaction set may end in sections: SE begins at that place."""


@dataclass(slots=True)
class _Level:
    """An open level.

    Attributes:
        flag: HL04.
        claims: how many stand directly under it.
        number, end, lead: of its piece, once that is known.
    """

    start: int
    first_number: int
    hierarchy_number: str
    code: str
    flag: str
    joint: Joint | None
    end: int = 0
    lead: int = 0
    claims: int = 0

    @property
    def piece(self) -> Piece:
        return Piece(self.start, self.end, self.first_number, self.lead)


class _Head(NamedTuple):
    """An HL or CLM in the file.

    Attributes:
        place: the byte at which its lead begins.
        lead: how long that is.
        segments: how many segments begin in front of it and not in front of the head before.
        elements: HL01 to HL04; None for a CLM.
    """

    place: int
    lead: int
    segments: int
    elements: list[str] | None


class _IrregularError(Exception):
    """The hierarchy is not what the guides describe."""


def plan_sections(source: Source, span: TransactionSpan, joints: Joints) -> tuple[Section, ...]:
    """Return the sections of a transaction set, none where it has to be read whole.

    Args:
        source: the file.
        span: where the transaction set stands; it must have no empty segments.
        joints: says where cuts may be made.
    """
    planner = _Planner(source, span, joints)
    try:
        sections = planner.sections()
    except _IrregularError:
        return ()
    return sections if len(sections) > 1 else ()


@dataclass(slots=True)
class _Begun:
    """A section to which claims are still added."""

    start: int
    number: int
    carried: tuple[CarriedLevel, ...] = ()
    claims_before: int = 0
    claims: int = 0
    providers: list[int] = field(default_factory=list)


class _Planner:
    def __init__(self, source: Source, span: TransactionSpan, joints: Joints) -> None:
        self._source = source
        self._span = span
        self._delimiters = span.group.interchange.delimiters
        self._joints = joints
        self._header = Piece(span.start, span.start, 1)
        self._levels: dict[str, _Level] = {}
        self._last: _Level | None = None
        self._count = 0
        # The head before: where it begins, and whether it is a claim's.
        self._run = span.start
        self._is_claim = False
        self._number = 1
        self._begun = _Begun(span.start, 1)
        self._ended: list[tuple[_Begun, Piece]] = []

    def sections(self) -> tuple[Section, ...]:
        """Return the sections.

        Raises:
            _IrregularError: there can be none.
        """
        for head in _heads(self._source, self._span, self._delimiters):
            self._number += head.segments
            if self._last is None:
                self._header = Piece(self._span.start, head.place, 1, head.lead)
                self._begun = _Begun(head.place, self._number)
            else:
                self._close_level(head)
            if head.elements is None:
                self._take_claim(head)
            else:
                self._take_level(head, head.elements)
            self._run = head.place
        return self._finished()

    # ------------------------------------------------------------- hierarchy

    def _take_level(self, head: _Head, elements: list[str]) -> None:
        if len(elements) != 4:
            raise _IrregularError
        number, parent, code, flag = elements
        self._count += 1
        above = LEVEL_ABOVE.get(code)
        if above is None or number != str(self._count) or flag not in ("0", "1"):
            raise _IrregularError
        if parent != (self._levels[above].hierarchy_number if above in self._levels else ""):
            raise _IrregularError
        if bool(above) is not bool(parent):
            raise _IrregularError
        self._check_flag(code)
        carried = self._above(code)
        joint = self._joint(head.place)
        self._cut(head, joint, carried, may_be=code != DEPENDENT or self._may_cut_dependents())
        if code == BILLING_PROVIDER:
            self._begun.providers.append(self._begun.claims)
        adjoins = not self._is_claim and (self._last is None or self._last.code == above)
        level = _Level(head.place, self._number, number, code, flag, None if adjoins else joint)
        below = code
        while below:
            self._levels.pop(below, None)
            below = _LEVEL_BELOW.get(below, "")
        self._levels[code] = level
        self._last = level
        self._is_claim = False

    def _check_flag(self, following: str) -> None:
        """HL04 of the last level must say whether the following one stands below it."""
        last = self._last
        if last is not None and (last.flag == "1") is not (_LEVEL_BELOW.get(last.code) == following):
            raise _IrregularError

    def _take_claim(self, head: _Head) -> None:
        level = self._last
        if level is None or level.code == BILLING_PROVIDER:
            raise _IrregularError
        may_be = level.flag == "0" and (level.code == SUBSCRIBER or self._may_cut_dependents())
        self._cut(head, self._joint(head.place), self._above(level.code, with_it=True), may_be=may_be)
        level.claims += 1
        self._begun.claims += 1
        self._is_claim = True

    def _may_cut_dependents(self) -> bool:
        """Whether a cut may be made under a subscriber with dependents: one without claims of its own.

        Whether such a subscriber stands above anybody in a part of the file is then seen in every section.
        """
        return self._last is not None and self._last.code == DEPENDENT and not self._levels[SUBSCRIBER].claims

    def _close_level(self, head: _Head) -> None:
        if not self._is_claim and self._last is not None:
            self._last.end, self._last.lead = head.place, head.lead

    def _above(self, code: str, *, with_it: bool = False) -> tuple[CarriedLevel, ...]:
        """Return the open levels above one of a code, or down to it."""
        codes = []
        while code:
            if with_it:
                codes.append(code)
            with_it = True
            code = LEVEL_ABOVE[code]
        opened = (self._levels[one] for one in reversed(codes))
        return tuple(CarriedLevel(level.piece, level.joint) for level in opened)

    def _joint(self, place: int) -> Joint:
        if self._last is None:
            return Joint(place, Span(place, place), (self._header,))
        levels = self._above(self._last.code, with_it=self._is_claim)
        return Joint(place, Span(self._run, place), (self._header, *(level.piece for level in levels)))

    # ------------------------------------------------------------------ cuts

    def _cut(self, head: _Head, joint: Joint, carried: tuple[CarriedLevel, ...], *, may_be: bool) -> None:
        """Begin another section where this one is long enough and nothing speaks against it."""
        long_enough = head.place - self._begun.start >= SECTION_BYTES
        if not (long_enough and may_be and self._is_claim and self._joints.allow(joint, carried)):
            return
        self._end(head.place, head.lead)
        before = self._last.claims if head.elements is None and self._last is not None else 0
        self._begun = _Begun(head.place, self._number, carried, before)

    def _end(self, place: int, lead: int) -> None:
        self._ended.append((self._begun, Piece(self._begun.start, place, self._begun.number, lead)))

    def _finished(self) -> tuple[Section, ...]:
        trailer = self._trailer()
        self._check_flag("")
        if not self._is_claim or not self._joints.allow_end(self._joint(trailer.start)):
            raise _IrregularError
        self._end(trailer.start, trailer.lead)
        count = len(self._ended)
        return tuple(
            Section(
                header=self._header,
                levels=tuple(level.piece for level in begun.carried),
                body=body,
                trailer=trailer._replace(lead=0),
                is_first=index == 0,
                is_last=index == count - 1,
                claims_before=begun.claims_before,
                joined=_joined(begun) if index else frozenset(),
                providers=tuple(begun.providers),
            )
            for index, (begun, body) in enumerate(self._ended)
        )

    def _trailer(self) -> Piece:
        """Return SE, with the length of its own lead."""
        terminator, end = self._delimiters.segment, self._span.end
        length = 4096
        while True:
            text = self._source.read(max(self._span.start, end - length), end)
            cut = text.rfind(terminator, 0, len(text) - 1) + 1
            if cut or len(text) < length:
                break
            length *= 2
        start = end - len(text) + cut
        lead = len(text) - cut - len(text[cut:].lstrip(_blanks(self._delimiters)))
        between = self._source.read(self._run, start)
        return Piece(start, end, self._number + between.count(terminator), lead)


def _joined(begun: _Begun) -> frozenset[int]:
    """Return which levels carried along, and the body as the last, do not follow what is before them."""
    levels = {index for index, level in enumerate(begun.carried) if level.joint is not None}
    return frozenset(levels | {len(begun.carried)})


def _heads(source: Source, span: TransactionSpan, delimiters: Delimiters) -> Iterator[_Head]:
    """Yield every HL and CLM of a transaction set.

    Raises:
        _IrregularError: an HL has no elements.
    """
    terminator, separator = delimiters.segment, delimiters.element
    find = _pattern(delimiters).finditer
    # The text from the last terminator on, which may be followed by half a segment.
    rest = ""
    base = span.start
    segments = 0
    for block in source.blocks(span.start, span.end):
        text = rest + block.decode("latin-1")
        last = text.rfind(terminator)
        counted = 1 if rest else 0
        for match in find(text, 0, last + 1):
            begin = match.start() + 1
            segments += text.count(terminator, counted, begin)
            counted = begin
            if match[1]:
                yield _Head(base + begin, match.start(1) - begin, segments, None)
            elif match[3] is None:
                raise _IrregularError
            else:
                yield _Head(base + begin, match.start(2) - begin, segments, match[3].split(separator))
            segments = 0
        last = max(last, 0)
        segments += text.count(terminator, counted, last + 1)
        base += last
        rest = text[last:]


@cache
def _pattern(delimiters: Delimiters) -> re.Pattern[str]:
    """Match the terminator before an HL or CLM, with the identifier and what follows HL."""
    blanks = re.escape(_blanks(delimiters))
    terminator, separator = re.escape(delimiters.segment), re.escape(delimiters.element)
    claim = f"(CLM)(?=[{separator}{terminator}])"
    level = f"(HL)(?:{separator}([^{terminator}]*))?(?={terminator})"
    return re.compile(f"{terminator}[{blanks}]*(?:{claim}|{level})")


@cache
def _blanks(delimiters: Delimiters) -> str:
    return FILLER.replace(delimiters.segment, "")

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
    """A level that was met.

    Attributes:
        start: the byte at which its lead begins.
        number: its first segment's, counted from 1 at ST.
        hierarchy_number, code, flag: HL01, HL03, HL04.
        above: the level that it stands under.
        end, lead: of its piece, once that is known.
        claims: how many stand directly under it.
    """

    start: int
    number: int
    hierarchy_number: str
    code: str
    flag: str
    above: _Level | None
    end: int = 0
    lead: int = 0
    claims: int = 0

    @property
    def chain(self) -> list[_Level]:
        """The levels above it and itself, the billing provider's first."""
        return [*(self.above.chain if self.above else ()), self]

    @property
    def piece(self) -> Piece:
        """Its own segments."""
        return Piece(self.start, self.end, self.number, self.lead)


class _Before(NamedTuple):
    """What stands before a place at which an HL or a CLM begins.

    Attributes:
        place: the byte at which its lead begins.
        run: the byte at which the HL or CLM before it begins.
        level: the level that this one is, or stands under.
        is_claim: whether it is a CLM.
    """

    place: int
    run: int
    level: _Level | None
    is_claim: bool


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
    """Goes through the HL and CLM of a transaction set, most of which are passed over quickly."""

    def __init__(self, source: Source, span: TransactionSpan, joints: Joints) -> None:
        self._source = source
        self._span = span
        self._delimiters = span.group.interchange.delimiters
        self._joints = joints
        self._header = Piece(span.start, span.start, 1)
        self._count = 0
        self._last: _Level | None = None
        # What stands before the last level of each code; None for the level above it, or the header.
        self._open: dict[str, _Before | None] = {}
        # The last HL or CLM: where it begins, and whether it is a claim's.
        self._run = span.start
        self._is_claim = False
        self._begun = _Begun(span.start, 1)
        self._long = 0
        self._ended: list[tuple[_Begun, Piece]] = []
        # Segments are counted up to a byte: how many begin before it, and one.
        self._number = 1

    def sections(self) -> tuple[Section, ...]:
        """Return the sections.

        Raises:
            _IrregularError: there can be none.
        """
        terminator, separator = self._delimiters.segment, self._delimiters.element
        find = _pattern(self._delimiters).finditer
        # The text from the last terminator on, which may be followed by half a segment.
        rest = ""
        base = self._span.start
        for block in self._source.blocks(self._span.start, self._span.end):
            text = rest + block.decode("latin-1")
            end = text.rfind(terminator)
            counted = 1 if rest else 0
            for match in find(text, 0, end + 1):
                begin = match.start() + 1
                is_claim = match.lastindex == 1
                if not is_claim or base + begin >= self._long:
                    self._number += text.count(terminator, counted, begin)
                    counted = begin
                if is_claim:
                    self._take_claim(base + begin, match.start(1) - begin)
                else:
                    self._take_level(base + begin, match.start(2) - begin, match[3], separator)
                self._run = base + begin
            end = max(end, 0)
            self._number += text.count(terminator, counted, end + 1)
            base += end
            rest = text[end:]
        return self._finished()

    # ------------------------------------------------------------- hierarchy

    def _take_level(self, place: int, lead: int, text: str | None, separator: str) -> None:
        elements = (text or "").split(separator)
        last = self._last
        if len(elements) != 4:
            raise _IrregularError
        number, parent, code, flag = elements
        self._count += 1
        above = self._above(code)
        if number != str(self._count) or parent != (above.hierarchy_number if above else ""):
            raise _IrregularError
        self._check_flag(code)
        if last is None:
            self._header = Piece(self._span.start, place, 1, lead)
            self._begin(_Begun(place, self._number))
        elif not self._is_claim:
            last.end, last.lead = place, lead
        adjoins = not self._is_claim and above is last
        before = _Before(place, self._run, last, self._is_claim)
        if self._is_claim and place >= self._long and (code != DEPENDENT or self._may_cut_dependents()):
            self._cut(before, lead, above, 0)
        if above is None:
            self._begun.providers.append(self._begun.claims)
        self._last = _Level(place, self._number, number, code, flag, above)
        self._open[code] = None if adjoins else before
        self._is_claim = False

    def _above(self, code: str) -> _Level | None:
        """Return the open level that one of a code must stand under, None for none.

        Raises:
            _IrregularError: there is no such code, or no such level.
        """
        level = self._last
        if code == BILLING_PROVIDER:
            return None
        while level is not None and level.code != LEVEL_ABOVE.get(code):
            level = level.above
        if level is None:
            raise _IrregularError
        return level

    def _check_flag(self, following: str) -> None:
        """HL04 of the last level must say whether the following one stands below it."""
        last = self._last
        if last is not None and last.flag != ("1" if _LEVEL_BELOW.get(last.code) == following else "0"):
            raise _IrregularError

    def _take_claim(self, place: int, lead: int) -> None:
        level = self._last
        if level is None or level.above is None:
            raise _IrregularError
        if not self._is_claim:
            level.end, level.lead = place, lead
            self._is_claim = True
        elif place >= self._long and level.flag == "0":
            before = _Before(place, self._run, level, is_claim=True)
            if level.code == SUBSCRIBER or self._may_cut_dependents():
                self._cut(before, lead, level, level.claims)
        level.claims += 1
        self._begun.claims += 1

    def _may_cut_dependents(self) -> bool:
        """Whether a cut may be made under a subscriber with dependents: one without claims of its own.

        Whether such a subscriber stands above anybody in a part of the file is then seen in every section.
        """
        last = self._last
        return last is not None and last.code == DEPENDENT and not (last.above and last.above.claims)

    def _joint(self, before: _Before) -> Joint:
        chain = before.level.chain if before.level is not None else []
        levels = chain if before.is_claim else chain[:-1]
        above = (self._header, *(level.piece for level in levels))
        return Joint(before.place, Span(before.run, before.place), above)

    # ------------------------------------------------------------------ cuts

    def _cut(self, before: _Before, lead: int, above: _Level | None, claims_before: int) -> None:
        """Begin another section where nothing speaks against it."""
        carried = tuple(self._carried(level) for level in (above.chain if above is not None else ()))
        if self._joints.allow(self._joint(before), carried):
            self._end(before.place, lead)
            self._begin(_Begun(before.place, self._number, carried, claims_before))
        else:
            # What speaks against this place speaks against the next ones, most of the time.
            self._long = before.place + SECTION_BYTES // 8

    def _carried(self, level: _Level) -> CarriedLevel:
        before = self._open[level.code]
        return CarriedLevel(level.piece, None if before is None else self._joint(before))

    def _begin(self, begun: _Begun) -> None:
        self._begun = begun
        self._long = begun.start + SECTION_BYTES

    def _end(self, place: int, lead: int) -> None:
        self._ended.append((self._begun, Piece(self._begun.start, place, self._begun.number, lead)))

    def _finished(self) -> tuple[Section, ...]:
        trailer = self._trailer()
        self._check_flag("")
        before = _Before(trailer.start, self._run, self._last, self._is_claim)
        if not self._is_claim or not self._joints.allow_end(self._joint(before)):
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
        # All segments are counted, SE as well.
        return Piece(start, end, self._number - 1, lead)


def _joined(begun: _Begun) -> frozenset[int]:
    """Return which levels carried along, and the body as the last, do not follow what is before them."""
    levels = {index for index, level in enumerate(begun.carried) if level.joint is not None}
    return frozenset(levels | {len(begun.carried)})


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

"""Splits a judged file into valid 837s of its clean, held and rejected claims.

Whole claim subtrees move. What is rebuilt: HL numbers, parents and child flags, the counts of SE, GE
and IEA, and in held and rejected files the control numbers ISA13/IEA02, GS06/GE02 and BHT03, so that
these can be sent again. Every other byte is copied. A transaction set, group or interchange without
claims of the wanted kind is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Protocol, TypeVar

from edi_guard.findings import Disposition, Edit
from edi_guard.ordinals import Ordinals
from edi_guard.rebuild import TransactionRebuild
from edi_guard.x12.edits import apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.x12 import (
        FunctionalGroup,
        Interchange,
        Segment,
        Source,
        TransactionSpan,
        TransactionText,
    )


class ControlNumbers(Protocol):
    """Where new control numbers come from; never the same one twice."""

    def __call__(self) -> int:
        """Return a number from 1 to 999999999."""


class Plan(Protocol):
    """One transaction set of a judged file, or a section of one."""

    @property
    def span(self) -> TransactionSpan:
        """Its place among the envelopes."""

    @property
    def ordinals(self) -> range:
        """The ordinals of its claims."""

    def read_home(self, source: Source) -> str:
        """Return the text, repairs made, of the bytes that are its own and no other plan's."""

    def read_repaired(self, source: Source) -> TransactionText:
        """Return its text with the repairs made, as what it is read from."""


P = TypeVar("P", bound=Plan)


@dataclass(frozen=True, slots=True)
class Part:
    """Which claims to write, and how.

    Attributes:
        ordinals: the claims wanted.
        numbers: new control numbers; None keeps the original ones.
        keep_lead: whether the bytes before the first ISA stay.
    """

    ordinals: Ordinals
    numbers: ControlNumbers | None = None
    keep_lead: bool = True


@dataclass(slots=True)
class _OpenInterchange:
    interchange: Interchange
    control_number: str
    groups: int = 0


@dataclass(slots=True)
class _OpenGroup:
    group: FunctionalGroup
    control_number: str
    transactions: int = 0


@dataclass(slots=True)
class PartWriter:
    """Writes one part of a file, transaction set after transaction set."""

    source: Source
    plans: Sequence[Plan]
    part: Part
    _interchange: _OpenInterchange | None = None
    _group: _OpenGroup | None = None
    _last: Interchange | None = field(default=None)

    def blocks(self) -> Iterator[bytes]:
        """Yield the part's bytes; nothing when it has no claims."""
        for text in self._texts():
            yield text.encode("latin-1")

    def _texts(self) -> Iterator[str]:
        for plans in transactions_of(self.plans):
            if all(self.part.ordinals.isdisjoint(plan.ordinals) for plan in plans):
                continue
            yield from self._enter(plans[0].span.group)
            yield from self._transaction(plans)
        yield from self._leave_interchange()
        yield self._tail()

    # ------------------------------------------------------------- envelopes

    def _enter(self, group: FunctionalGroup) -> Iterator[str]:
        if self._group is not None and self._group.group is group:
            return
        yield from self._leave_group()
        interchange = group.interchange
        if self._interchange is None or self._interchange.interchange is not interchange:
            yield from self._leave_interchange()
            yield from self._enter_interchange(interchange)
        number = self._number(group.control_number, "{}")
        self._group = _OpenGroup(group, number)
        yield self._replaced(group.gs, {6: number})
        if self._interchange is not None:
            self._interchange.groups += 1

    def _enter_interchange(self, interchange: Interchange) -> Iterator[str]:
        number = self._number(interchange.control_number, "{:09d}")
        self._interchange = _OpenInterchange(interchange, number)
        yield self._lead(interchange)
        yield self._own(interchange.isa, {13: number})
        for acknowledgment in interchange.acknowledgments:
            if self.part.numbers is None:
                yield self._replaced(acknowledgment, {})

    def _lead(self, interchange: Interchange) -> str:
        # Filler between interchanges belongs to the earlier one, which may not be written.
        wanted = self._last is not None if interchange.start else self.part.keep_lead
        return self.source.read(interchange.start, interchange.isa.start) if wanted else ""

    def _leave_group(self) -> Iterator[str]:
        opened, self._group = self._group, None
        if opened is None or opened.group.ge is None:
            return
        values = {1: str(opened.transactions), 2: opened.control_number}
        yield self._replaced(opened.group.ge, values)

    def _leave_interchange(self) -> Iterator[str]:
        yield from self._leave_group()
        opened, self._interchange = self._interchange, None
        if opened is None or opened.interchange.iea is None:
            return
        values = {1: str(opened.groups), 2: opened.control_number}
        yield self._replaced(opened.interchange.iea, values)
        self._last = opened.interchange

    def _tail(self) -> str:
        """Return the filler after the last interchange, where that one is written."""
        if self._last is None or self._last.iea is None or not self.plans:
            return ""
        last = self.plans[-1].span.group.interchange
        if self._last is not last:
            return ""
        return self.source.read(self._last.iea.end + 1, self.source.size)

    def _number(self, original: str, form: str) -> str:
        return original if self.part.numbers is None else form.format(self.part.numbers())

    def _replaced(self, segment: Segment, values: dict[int, str]) -> str:
        chunk = segment.chunk
        return replaced(self.source.read(*chunk), chunk.start, segment, values)

    def _own(self, segment: Segment, values: dict[int, str]) -> str:
        """Return a segment without its lead."""
        return replaced(self.source.read(segment.start, segment.end + 1), segment.start, segment, values)

    # ----------------------------------------------------------- transaction

    def _transaction(self, plans: Sequence[Plan]) -> Iterator[str]:
        if self._group is not None:
            self._group.transactions += 1
        whole = all(self.part.ordinals.issuperset(plan.ordinals) for plan in plans)
        if whole and self.part.numbers is None:
            for plan in plans:
                yield plan.read_home(self.source)
            return
        number = "" if self.part.numbers is None else self._number("", "{:09d}")
        rebuild = TransactionRebuild(self.part.ordinals, number)
        for plan in plans:
            if not self.part.ordinals.isdisjoint(plan.ordinals):
                yield rebuild.text(plan.read_repaired(self.source), plan.ordinals.start)
        yield rebuild.trailer()


def transactions_of(plans: Iterable[P]) -> Iterator[list[P]]:
    """Yield the plans of each transaction set: one, or those of its sections."""
    for _, together in groupby(plans, key=_span_id):
        yield list(together)


def _span_id(plan: Plan) -> int:
    return id(plan.span)


def replaced(chunk: str, start: int, segment: Segment, values: dict[int, str]) -> str:
    """Return a segment's bytes with the elements that differ from `values` put right.

    Args:
        chunk: the segment's bytes with lead and terminator.
        start: the offset of the chunk's first character.
        segment: the segment.
        values: what elements shall read.
    """
    edits = [
        _element_edit(segment, element, value)
        for element, value in values.items()
        if segment[element] != value
    ]
    return apply_edits(chunk, start, edits) if edits else chunk


def _element_edit(segment: Segment, element: int, value: str) -> Edit:
    missing = element - len(segment.elements) + 1
    separators = segment.delimiters.element * max(0, missing)
    return Edit(segment.span(element).start, segment[element], separators + value)


def ordinals_of(claims: Iterable[Judged], disposition: Disposition) -> Ordinals:
    """Return the ordinals of the claims with a disposition."""
    return Ordinals(claim.ordinal for claim in claims if claim.disposition is disposition)


class Judged(Protocol):
    """A claim with its verdict."""

    @property
    def ordinal(self) -> int:
        """Counted from 1 in the file."""

    @property
    def disposition(self) -> Disposition:
        """Where it goes."""

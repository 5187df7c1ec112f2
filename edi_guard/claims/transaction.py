"""A transaction set of claims: header, hierarchy, claims; and what is wrong with the hierarchy."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from edi_guard.claims.build import ClaimBuilder, build_level
from edi_guard.claims.claim import Claim
from edi_guard.claims.levels import (
    BILLING_PROVIDER,
    DEPENDENT,
    LEVEL_ABOVE,
    SUBSCRIBER,
    BillingProvider,
    Dependent,
    Level,
    Patient,
    Subscriber,
)
from edi_guard.claims.loops import HEADER_LOOPS, ClaimKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.findings import Location
    from edi_guard.x12 import Segment, TransactionText


class HierarchyFaultKind(enum.Enum):
    """What can be wrong with HL segments; all but `CHILD_FLAG` leave the claims' owners in doubt."""

    NUMBER = enum.auto()
    PARENT = enum.auto()
    LEVEL = enum.auto()
    ORPHAN_CLAIM = enum.auto()
    CHILD_FLAG = enum.auto()


@dataclass(frozen=True, slots=True)
class HierarchyFault:
    """One fault of the hierarchy; `level` is set where it concerns a level that could be placed."""

    kind: HierarchyFaultKind
    location: Location
    observed: str = ""
    expected: str = ""
    level: Level | None = None


@dataclass(slots=True)
class Transaction:
    """One ST to SE of claims.

    Attributes:
        text: the segments and their place in the file.
        kind: professional or institutional.
        header: the segments from ST to the last before the first HL.
        providers: the billing providers, in file order.
        levels: every HL in file order.
        claims: every claim in file order.
        faults: what is wrong with the hierarchy.
    """

    text: TransactionText
    kind: ClaimKind
    header: list[Segment] = field(default_factory=list)
    providers: list[BillingProvider] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    faults: list[HierarchyFault] = field(default_factory=list)

    @property
    def trailer(self) -> Segment:
        """SE."""
        return self.text.segments[-1]

    def dissolve(self) -> None:
        """Take the claims apart when nobody needs them any more.

        Levels, claims and lines name each other, so that their memory would not be free until the next time
        that all of memory is looked through.
        """
        for level in self.levels:
            level.children.clear()
            level.claims.clear()
        for claim in self.claims:
            claim.lines.clear()

    def passing(self) -> Iterator[Claim]:
        """Yield the claims, for the last time: behind the last one all of them are taken apart."""
        try:
            yield from self.claims
        finally:
            self.dissolve()


def read_claims(text: TransactionText, kind: ClaimKind, first_ordinal: int) -> Transaction:
    """Build the claims of a transaction set, or of a section of one.

    Args:
        text: the transaction set. The hierarchy of sections is known to be right.
        kind: what its guide describes.
        first_ordinal: the ordinal that its first claim gets, counted from 1 in the file.
    """
    is_part = text.section is not None
    return _TransactionBuilder(text, kind, count(first_ordinal), is_part=is_part).build()


def build_claims(text: TransactionText, kind: ClaimKind, ordinals: Sequence[int]) -> Transaction:
    """Build the claims of a part of a transaction set whose hierarchy is known to be right.

    Args:
        text: of it, only the segments of some claims and of the levels above them.
        kind: what its guide describes.
        ordinals: of those claims, counted from 1 in the file.
    """
    return _TransactionBuilder(text, kind, ordinals, is_part=True).build()


class _TransactionBuilder:
    def __init__(
        self, text: TransactionText, kind: ClaimKind, ordinals: Iterable[int], *, is_part: bool = False
    ) -> None:
        self._transaction = Transaction(text, kind)
        self._ordinals = iter(ordinals)
        self._is_part = is_part
        self._by_number: dict[str, Level] = {}
        self._level: Level | None = None

    def build(self) -> Transaction:
        segments = self._transaction.text.segments
        cuts = [i for i, s in enumerate(segments) if s.elements[0] in ("HL", "CLM")]
        ends = [*cuts[1:], len(segments) - 1]
        self._header(segments[: cuts[0]] if cuts else segments[:-1])
        for begin, end in zip(cuts, ends, strict=bool(cuts)):
            part = segments[begin:end]
            if part[0].elements[0] == "HL":
                self._enter_level(part)
            else:
                self._add_claim(part)
        if not self._is_part:
            for level in self._transaction.levels:
                self._check_child_flag(level)
        return self._transaction

    def _header(self, segments: list[Segment]) -> None:
        loop = ""
        for segment in segments:
            if segment.id == "NM1":
                loop = HEADER_LOOPS.get(segment[1], "1000")
            segment.loop = loop
        self._transaction.header = segments

    # ---------------------------------------------------------------- levels

    def _enter_level(self, segments: list[Segment]) -> None:
        hl = segments[0]
        expected = str(len(self._transaction.levels) + 1)
        if hl[1] != expected and not self._is_part:
            self._fault(HierarchyFaultKind.NUMBER, hl, 1, expected)
        parent = self._parent(hl)
        level = self._make_level(hl[3], segments, parent)
        build_level(level)
        self._transaction.levels.append(level)
        self._by_number[hl[1]] = level
        self._level = level
        if isinstance(level, BillingProvider):
            self._transaction.providers.append(level)
        elif parent is not None:
            parent.children.append(level)

    def _parent(self, hl: Segment) -> Level | None:
        if hl[3] not in LEVEL_ABOVE:
            self._fault(HierarchyFaultKind.LEVEL, hl, 3, "20, 22 or 23")
            return None
        above = LEVEL_ABOVE[hl[3]]
        parent = self._by_number.get(hl[2]) if hl[2] else None
        if (parent.code if parent else "") != above or (hl[2] and parent is None):
            words = f"an HL of level {above} before it" if above else "nothing"
            self._fault(HierarchyFaultKind.PARENT, hl, 2, words)
            return None
        if parent is not None and not self._is_open(parent):
            self._fault(HierarchyFaultKind.PARENT, hl, 2, f"the HL of level {above} it follows")
        return parent

    def _is_open(self, parent: Level) -> bool:
        """Whether `parent` is the level just before, or one that this level stands under."""
        level = self._level
        while level is not None:
            if level is parent:
                return True
            level = level.parent
        return False

    def _make_level(self, code: str, segments: list[Segment], parent: Level | None) -> Level:
        types = {
            BILLING_PROVIDER: BillingProvider,
            SUBSCRIBER: Subscriber,
            DEPENDENT: Dependent,
        }
        return types.get(code, Level)(self._transaction.kind, segments, parent)

    def _check_child_flag(self, level: Level) -> None:
        expected = "1" if level.children else "0"
        if level.header[4] != expected:
            self._fault(HierarchyFaultKind.CHILD_FLAG, level.header, 4, expected, level)

    # ---------------------------------------------------------------- claims

    def _add_claim(self, segments: list[Segment]) -> None:
        levels = self._levels_above()
        if levels is None:
            self._fault(HierarchyFaultKind.ORPHAN_CLAIM, segments[0], 0, "an HL of level 22 or 23")
            return
        claim = Claim(self._transaction.kind, next(self._ordinals), levels, segments)
        ClaimBuilder(claim).build()
        self._transaction.claims.append(claim)
        claim.patient.level.claims.append(claim)

    def _levels_above(self) -> tuple[BillingProvider, Subscriber, Patient] | None:
        level = self._level
        if isinstance(level, Dependent) and isinstance(level.parent, Subscriber):
            subscriber, patient = level.parent, level.as_patient()
        elif isinstance(level, Subscriber):
            subscriber, patient = level, level.as_patient()
        else:
            return None
        billing = subscriber.parent
        if not isinstance(billing, BillingProvider):
            return None
        return billing, subscriber, patient

    def _fault(
        self,
        kind: HierarchyFaultKind,
        segment: Segment,
        element: int,
        expected: str,
        level: Level | None = None,
    ) -> None:
        observed = segment[element] if element else ""
        place = segment.location(element)
        self._transaction.faults.append(HierarchyFault(kind, place, observed, expected, level))

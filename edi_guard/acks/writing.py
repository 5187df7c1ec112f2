"""Writes interchanges that answer an input's interchanges: sender and receiver change places."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.acks.values import UNKNOWN, day, plain
from edi_guard.x12 import STANDARD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from edi_guard.partition import ControlNumbers
    from edi_guard.x12 import FunctionalGroup, Interchange

Elements = tuple[str, ...]

# So many segments are made at a time.
_AT_ONCE = 1000
_QUALIFIERS = frozenset({"01", "14", "20", "27", "28", "29", "30", "33", "ZZ"})


@dataclass(frozen=True, slots=True)
class GroupKind:
    """What a functional group of acknowledgments holds.

    Attributes:
        functional: GS01.
        transaction: ST01.
        guide: GS08 and ST03.
    """

    functional: str
    transaction: str
    guide: str


IMPLEMENTATION_ACK = GroupKind("FA", "999", "005010X231A1")
CLAIM_ACK = GroupKind("HN", "277", "005010X214")


class Written(NamedTuple):
    """Some segments as they stand in the file: how many they are, and their bytes."""

    segments: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """One functional group of acknowledgments.

    Attributes:
        group: the functional group that is answered.
        transactions: the segments between ST and SE of each transaction set; only as many as are
            held in memory at once are made.
    """

    group: FunctionalGroup
    transactions: Iterable[Iterable[Written]]


class AckWriter:
    """Writes interchanges with the standard delimiters."""

    def __init__(self, numbers: ControlNumbers, moment: datetime, *, line_breaks: bool) -> None:
        self._numbers = numbers
        self._moment = moment
        self._end = STANDARD.segment + ("\n" if line_breaks else "")

    def interchange(self, asked: Interchange, kind: GroupKind, answers: Iterable[Answer]) -> Iterator[bytes]:
        """Yield an interchange of functional groups that answer those of an input's interchange."""
        number = f"{self._numbers():09d}"
        yield self._text(self._isa(asked, number))
        count = 0
        for answer in answers:
            count += 1
            yield from self._group(answer, kind)
        yield self._text(("IEA", str(count), number))

    def interchange_ack(self, asked: Interchange, note: Elements) -> Iterator[bytes]:
        """Yield an interchange that holds a TA1 and no group."""
        number = f"{self._numbers():09d}"
        for elements in (self._isa(asked, number), note, ("IEA", "0", number)):
            yield self._text(elements)

    def written(self, segments: Iterable[Elements]) -> Iterator[Written]:
        """Yield segments as they stand in the file, some at a time."""
        following = iter(segments)
        while some := tuple(islice(following, _AT_ONCE)):
            yield Written(len(some), b"".join(map(self._text, some)))

    def _isa(self, asked: Interchange, number: str) -> Elements:
        isa = asked.isa
        return (
            "ISA",
            *("00", " " * 10, "00", " " * 10),
            *(_qualifier(isa[7]), plain(isa[8], 15).ljust(15)),
            *(_qualifier(isa[5]), plain(isa[6], 15).ljust(15)),
            *(f"{self._moment:%y%m%d}", f"{self._moment:%H%M}"),
            *(STANDARD.repetition, "00501", number, "0"),
            *("T" if asked.usage == "T" else "P", STANDARD.component),
        )

    def _group(self, answer: Answer, kind: GroupKind) -> Iterator[bytes]:
        gs = answer.group.gs
        isa = answer.group.interchange.isa
        number = str(self._numbers())
        yield self._text(
            (
                "GS",
                kind.functional,
                plain(gs[3], 15, plain(isa[8], 15, UNKNOWN, 2), 2),
                plain(gs[2], 15, plain(isa[6], 15, UNKNOWN, 2), 2),
                day(self._moment),
                f"{self._moment:%H%M}",
                number,
                "X",
                kind.guide,
            )
        )
        count = 0
        for transaction in answer.transactions:
            count += 1
            control = f"{count:04d}"
            yield self._text(("ST", kind.transaction, control, kind.guide))
            segments = 2
            for some in transaction:
                segments += some.segments
                yield some.data
            yield self._text(("SE", str(segments), control))
        yield self._text(("GE", str(count), number))

    def _text(self, elements: Elements) -> bytes:
        line = STANDARD.element.join(elements)
        # ISA is of fixed width; elsewhere empty elements at the end are left out.
        kept = line if elements[0] == "ISA" else line.rstrip(STANDARD.element)
        return (kept + self._end).encode("ascii")


def composite(*components: str) -> str:
    """Return components as one element, without empty ones at the end."""
    return STANDARD.component.join(components).rstrip(STANDARD.component)


def _qualifier(text: str) -> str:
    return text if text in _QUALIFIERS else "ZZ"

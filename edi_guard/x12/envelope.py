"""The envelopes of a file: interchanges, functional groups and transaction sets, as spans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edi_guard.x12.delimiters import Delimiters
    from edi_guard.x12.faults import Fault
    from edi_guard.x12.segment import Segment


@dataclass(slots=True)
class Interchange:
    """ISA to IEA.

    Attributes:
        isa: the header segment.
        start: the byte after what stands before it: 0, or the end of the previous IEA.
        iea: the trailer; None where the file ends before it.
        acknowledgments: TA1 segments, in order.
        groups: the functional groups in order.
    """

    isa: Segment
    start: int = 0
    iea: Segment | None = None
    acknowledgments: list[Segment] = field(default_factory=list)
    groups: list[FunctionalGroup] = field(default_factory=list)

    @property
    def delimiters(self) -> Delimiters:
        """The interchange's delimiters."""
        return self.isa.delimiters

    @property
    def control_number(self) -> str:
        """ISA13."""
        return self.isa[13]

    @property
    def usage(self) -> str:
        """ISA15: ``T`` for test, ``P`` for production."""
        return self.isa[15]


@dataclass(slots=True)
class FunctionalGroup:
    """GS to GE."""

    gs: Segment
    interchange: Interchange
    ge: Segment | None = None
    transactions: list[TransactionSpan] = field(default_factory=list)

    @property
    def control_number(self) -> str:
        """GS06."""
        return self.gs[6]

    @property
    def version(self) -> str:
        """GS08, e.g. ``005010X222A1``."""
        return self.gs[8]


@dataclass(slots=True)
class TransactionSpan:
    """ST to SE: where it stands, without its text.

    Attributes:
        ordinal: counted from 0 in the file.
        group: the functional group around it.
        kind: ST01, e.g. ``837``.
        control_number: ST02.
        version: ST03; empty where the sender left it out.
        start: the first byte of ST's lead.
        end: the byte after SE's terminator.
    """

    ordinal: int
    group: FunctionalGroup
    kind: str
    control_number: str
    version: str
    start: int
    end: int


@dataclass(slots=True)
class Envelope:
    """All that stands around the transactions of a file, and what is wrong with it.

    Attributes:
        interchanges: in order.
        faults: in the order found.
        lead: what stands before the first ISA (byte-order mark, blank lines).
        end: the byte after the last IEA's terminator.
    """

    interchanges: list[Interchange] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lead: str = ""
    end: int = 0

    @property
    def transactions(self) -> list[TransactionSpan]:
        """The transaction sets of the file in order."""
        return [
            transaction
            for interchange in self.interchanges
            for group in interchange.groups
            for transaction in group.transactions
        ]

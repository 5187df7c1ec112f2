"""What can be wrong with an envelope, as data; the rules of family ENV put it into words."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edi_guard.findings import Location


class FaultKind(enum.Enum):
    """The kinds of envelope faults."""

    UNREADABLE_ARCHIVE = enum.auto()
    EMPTY_FILE = enum.auto()
    NOT_X12 = enum.auto()
    ENCODING = enum.auto()
    ISA_LENGTH = enum.auto()
    DELIMITERS = enum.auto()
    VERSION = enum.auto()
    TRUNCATED = enum.auto()
    MISSING_TERMINATOR = enum.auto()
    UNEXPECTED_SEGMENT = enum.auto()
    OUTSIDE_DATA = enum.auto()
    EMPTY_SEGMENT = enum.auto()
    SEGMENT_COUNT = enum.auto()
    TRANSACTION_COUNT = enum.auto()
    GROUP_COUNT = enum.auto()
    TRANSACTION_CONTROL = enum.auto()
    GROUP_CONTROL = enum.auto()
    INTERCHANGE_CONTROL = enum.auto()
    DUPLICATE_CONTROL = enum.auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """One envelope fault.

    Attributes:
        kind: what is wrong.
        location: where; None for the file as a whole.
        observed: what the file says; no patient data can stand there.
        expected: what it would have to say.
        transaction: ordinal in the file of the transaction set concerned, None above it.
    """

    kind: FaultKind
    location: Location | None
    observed: str = ""
    expected: str = ""
    transaction: int | None = None

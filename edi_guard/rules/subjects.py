"""What rules may look at besides the claim model's own types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edi_guard.claims import Transaction
    from edi_guard.guide import GuideError
    from edi_guard.rules.formats import FormatFault
    from edi_guard.x12 import Envelope


@dataclass(frozen=True, slots=True)
class InputFile:
    """The file as a whole, when all its envelopes are read.

    Attributes:
        envelope: interchanges, groups, transactions and their faults.
        claims: how many claims were found.
    """

    envelope: Envelope
    claims: int


@dataclass(frozen=True, slots=True)
class GuideVerdict:
    """A transaction set with what the implementation guide says against it."""

    transaction: Transaction
    errors: tuple[GuideError, ...]


@dataclass(frozen=True, slots=True)
class FormatScan:
    """A transaction set with every value that is spelled in a way a safe repair could mend."""

    transaction: Transaction
    faults: tuple[FormatFault, ...]


@dataclass(frozen=True, slots=True)
class WithdrawnRepairs:
    """A transaction set whose repairs were taken back, because the guide objected to their result."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that stays behind as a whole, as the configuration wants it.

    Attributes:
        blocked: how many of its claims do not pass.
        passing: how many would pass by themselves.
    """

    blocked: int
    passing: int

"""What is planted: for every line what is wrong with it, and what becomes of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Fault(enum.Enum):
    """What is wrong with a claim."""

    NONE = "nothing"
    NO_PROCEDURE = "the guidance line G4000 stands beside a visit, without a procedure"
    NO_DOCUMENT = "nothing documents the guidance line"
    NO_AUTHORIZATION = "a payer wants an authorization that no mapping knows of"


class Fate(enum.Enum):
    """What becomes of a line."""

    PAID = "paid"
    DENIED = "denied"
    SILENCE = "no answer came"
    TURNED_BACK = "turned back by a 277CA"
    REFUSED = "its transaction set was refused by a 999"


class Wording(enum.Enum):
    """How a payer words its decision."""

    LINES = "line by line"
    SPLIT = "the last line in two parts"
    BUNDLED = "both lines in one"
    CHANGED = "line by line, the first under another code"
    BARE = "line by line, without modifiers"
    WHOLE = "on the claim, without lines"
    REFUSED_WHOLE = "line by line, and refused on the claim"


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A service line.

    Attributes:
        code, modifiers: what is billed.
        charge: whole dollars.
        paid: whole dollars that it is paid.
        fate: what becomes of it.
        reason: why it is denied: an adjustment reason; of claims turned back a claim status.
    """

    code: str
    modifiers: tuple[str, ...]
    charge: int
    paid: int
    fate: Fate
    reason: str = ""

    @property
    def denied(self) -> int:
        """Dollars that are refused."""
        return self.charge if self.fate not in (Fate.PAID, Fate.SILENCE) else 0


@dataclass(frozen=True, slots=True)
class PlannedClaim:
    """A claim and what becomes of it.

    Attributes:
        number: counted from 1.
        account: CLM01; some come again for another patient.
        patient: whose claim it is, counted from 1.
        payer: 2010BB NM109.
        is_professional: whether it is an 837P.
        place: the place of service, or the type of bill without its frequency.
        service: the day of service.
        sent: the day of the batch.
        fault: what is wrong with it.
        lines: what is billed.
        has_line_numbers: whether the lines carry REF 6R.
        wording: how the payer words its decision.
        is_named: whether the payer gives the account number back.
        is_taken_back: whether the payer first pays everything, takes it back and decides anew.
        replaces: the payer's number of the claim that this one replaces; empty for others.
    """

    number: int
    account: str
    patient: int
    payer: str
    is_professional: bool
    place: str
    service: date
    sent: date
    fault: Fault
    lines: tuple[PlannedLine, ...]
    has_line_numbers: bool = True
    wording: Wording = Wording.LINES
    is_named: bool = True
    is_taken_back: bool = False
    replaces: str = ""

    @property
    def charge(self) -> int:
        """Whole dollars."""
        return sum(line.charge for line in self.lines)

    @property
    def payer_number(self) -> str:
        """The number that the payer gives to its answer."""
        return f"PCN{self.number:07d}"

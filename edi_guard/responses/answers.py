"""What receivers say of what was sent: plain data, without copies of patients' values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

_REFUSED: Final = frozenset({"R", "M", "W", "X"})
# 277CA STC01-1: the categories by which a claim, or its file, is turned back (A3 returned, A4 not
# found, A6 to A8 rejected). A1, A2 and A5 mean that it is on its way.
_REJECTING: Final = frozenset({"A3", "A4", "A6", "A7", "A8"})


class ResponseError(Exception):
    """A file of answers cannot be read; one sentence says why, without patient data."""


@dataclass(frozen=True, slots=True)
class InterchangeAnswer:
    """A TA1.

    Attributes:
        control_number: TA101, the ISA13 that is answered.
        code: TA104: A accepted, E accepted with errors, R rejected.
        note: TA105.
        sender, receiver: ISA06 and ISA08 of the interchange that answers.
    """

    control_number: str
    code: str
    note: str
    sender: str
    receiver: str

    @property
    def is_rejected(self) -> bool:
        """Whether the interchange was refused."""
        return self.code == "R"


@dataclass(frozen=True, slots=True)
class SyntaxError999:
    """One error of a 999 or 997.

    Attributes:
        segment: the identifier of the segment concerned.
        position: its number in the transaction set, from 1; 0 where none is given.
        loop: the guide's loop, ``""`` where none is given.
        codes: IK304 or AK304 and following, and those of the elements (IK403, AK403).
        elements: positions of the elements concerned, e.g. ``9`` or ``1-2``.
    """

    segment: str
    position: int
    loop: str
    codes: tuple[str, ...]
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TransactionAnswer:
    """AK2 to IK5 (or AK5): one transaction set.

    Attributes:
        kind: AK201, e.g. ``837``.
        control_number: AK202, the ST02 that is answered.
        code: IK501 or AK501.
        codes: the reasons behind it.
        errors: what is wrong, segment by segment.
    """

    kind: str
    control_number: str
    code: str
    codes: tuple[str, ...] = ()
    errors: tuple[SyntaxError999, ...] = ()

    @property
    def is_rejected(self) -> bool:
        """Whether the transaction set was refused."""
        return self.code in _REFUSED


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """AK1 to AK9: one functional group.

    Attributes:
        kind: AK101, e.g. ``HC``.
        control_number: AK102, the GS06 that is answered.
        version: AK103; ``""`` in a 997.
        code: AK901: A, E, P or R and its kin.
        included, received, accepted: AK902 to AK904.
        transactions: what is said of single transaction sets.
        sender, receiver: ISA06 and ISA08 of the interchange that answers.
    """

    kind: str
    control_number: str
    version: str
    code: str
    included: int
    received: int
    accepted: int
    transactions: tuple[TransactionAnswer, ...]
    sender: str
    receiver: str

    @property
    def is_rejected(self) -> bool:
        """Whether the whole group was refused."""
        return self.code in _REFUSED

    @property
    def rejected_transactions(self) -> tuple[str, ...]:
        """The ST02 of the transaction sets that were refused; all of them where the group was."""
        return tuple(t.control_number for t in self.transactions if t.is_rejected)


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """One STC: category, status and entity (STC01), the day, and the action code (STC03)."""

    category: str
    status: str
    entity: str
    day: date | None
    action: str

    @property
    def is_rejecting(self) -> bool:
        """Whether it turns the claim back."""
        return self.action == "U" or self.category in _REJECTING


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """What a 277CA says of one claim (loop 2200D).

    Attributes:
        claim_number: TRN02, the CLM01 that was sent.
        payer_number: REF 1K, the payer's own number; ``""`` where there is none.
        charge: STC04; None where there is none.
        statuses: of the claim (2200D).
        line_statuses: of its service lines (2220D).
        batch: TRN02 of 2200B, the BHT03 that was sent.
    """

    claim_number: str = field(repr=False)
    payer_number: str = field(repr=False)
    charge: Decimal | None
    statuses: tuple[ClaimStatus, ...]
    line_statuses: tuple[ClaimStatus, ...]
    batch: str

    @property
    def is_rejected(self) -> bool:
        """Whether the claim was turned back."""
        return any(status.is_rejecting for status in self.statuses)


@dataclass(frozen=True, slots=True)
class Responses:
    """All answers of a file."""

    interchanges: tuple[InterchangeAnswer, ...] = ()
    groups: tuple[GroupAnswer, ...] = ()
    claims: tuple[ClaimAnswer, ...] = ()

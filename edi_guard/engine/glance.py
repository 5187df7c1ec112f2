"""What a glance at a transaction set saw: every claim in brief, and which of them need a closer look."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edi_guard.claims.values import plain_amount
from edi_guard.rules.facts import stable_mark
from edi_guard.rules.signs import EVERY_RULE, Sign

if TYPE_CHECKING:
    from decimal import Decimal

    from edi_guard.claims import Claim
    from edi_guard.guide import GuideError
    from edi_guard.rules.facts import ClaimFact

# Stands in no part of a key: these are read as Latin-1, and their capitals lie far below it.
_BETWEEN = "\ue000"


def patient_mark(key: tuple[str, ...]) -> int:
    """Return a number for a patient's key (`Patient.key`), much smaller than the key itself.

    Two patients may share one, which costs a closer look and nothing else.
    """
    return stable_mark(_BETWEEN.join(key))


def likeness_of(fact: ClaimFact) -> int:
    """Return the likeness of a claim (`ClaimGlance.likeness`) from its facts."""
    return _likeness(patient_mark(fact.patient), fact.charge)


def _likeness(patient: int, charge: Decimal | None) -> int:
    return stable_mark(f"{patient}|{plain_amount(charge)}")


@dataclass(slots=True)
class ClaimGlance:
    """One claim in brief.

    Attributes:
        id: CLM01.
        charge: CLM02; None when it is no amount.
        payer: 2010BB NM109.
        filing_indicator: SBR09 of 2000B.
        patient: whose it is, see `patient_mark`.
        first_day, last_day: CCYYMMDD of the first and last day of service; empty when there is none.
        signs: what it shows, as bits of `edi_guard.rules.signs.Sign`.
        awake: the bits of the rules that may have something to say about it.
        has_facts: whether it is among the file's facts.
        services: the procedure elements of its lines, where NCCI's tables are loaded.
    """

    id: str
    charge: Decimal | None
    payer: str
    filing_indicator: str
    patient: int
    first_day: str = ""
    last_day: str = ""
    signs: int = 0
    awake: int = 0
    has_facts: bool = False
    services: tuple[str, ...] = ()

    @property
    def likeness(self) -> int:
        """What claims for the same services share at least."""
        return _likeness(self.patient, self.charge)


@dataclass(slots=True)
class Glance:
    """A transaction set in brief.

    Attributes:
        claims: in file order.
        errors: what the guide says against it.
        is_awake: whether a rule may have something to say about what stands above the claims.
        is_doubtful: whether the hierarchy may be wrong, so that `claims` may be too.
        is_objected: whether the guide objects to what stands above the claims.
    """

    claims: list[ClaimGlance] = field(default_factory=list)
    errors: list[GuideError] = field(default_factory=list)
    is_awake: bool = False
    is_doubtful: bool = False
    is_objected: bool = False

    @property
    def is_regular(self) -> bool:
        """Whether nothing but single claims can need a closer look."""
        return not (self.is_doubtful or self.is_awake or self.is_objected)

    @property
    def is_quiet(self) -> bool:
        """Whether no rule can have anything to say about it, as far as the transaction set shows."""
        return not (
            self.is_doubtful or self.is_awake or self.errors or any(claim.awake for claim in self.claims)
        )


def glance_of(claim: Claim) -> ClaimGlance:
    """Return a claim in brief, from its model; always awake."""
    unnumbered = any(not line.control_number for line in claim.lines)
    return ClaimGlance(
        claim.id,
        claim.charge,
        claim.payer_identifier,
        claim.filing_indicator,
        patient_mark(claim.patient.key),
        signs=Sign.UNNUMBERED.value if unnumbered else 0,
        awake=EVERY_RULE,
    )

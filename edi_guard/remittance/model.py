"""What a remittance says, apart from the file it came in."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

# Reasons by which a payer leaves an amount to the patient as the plan has it: no denial (domain: group PR
# with deductible, coinsurance, copayment).
PATIENT_SHARE: Final = frozenset({"1", "2", "3"})
PATIENT_RESPONSIBILITY: Final = "PR"


class ClaimStatus(enum.Enum):
    """What CLP02 says was done with a claim, as far as it matters whether it was decided."""

    PROCESSED = "processed"
    FORWARDED = "processed and forwarded to another payer"
    NOT_OURS = "not this payer's claim"
    NO_PATIENT = "denied: the patient is not known"
    REVERSED = "an earlier payment is taken back"
    PREDETERMINED = "predetermination, nothing is paid"
    UNKNOWN = "a status that the guide does not have"

    @classmethod
    def of(cls, code: str) -> ClaimStatus:
        """Return what a status code says (005010X221A1, loop 2100, CLP02)."""
        return _STATUS.get(code, cls.UNKNOWN)


_STATUS: Final = {
    "1": ClaimStatus.PROCESSED,
    "2": ClaimStatus.PROCESSED,
    "3": ClaimStatus.PROCESSED,
    "4": ClaimStatus.NO_PATIENT,
    "19": ClaimStatus.FORWARDED,
    "20": ClaimStatus.FORWARDED,
    "21": ClaimStatus.FORWARDED,
    "22": ClaimStatus.REVERSED,
    "23": ClaimStatus.NOT_OURS,
    "25": ClaimStatus.PREDETERMINED,
}


@dataclass(frozen=True, slots=True)
class AdjustmentReason:
    """Why less was paid than was charged: one reason of a CAS segment.

    Attributes:
        group: CAS01: ``CO`` contractual, ``PR`` the patient's, ``OA`` other, ``PI`` payer's own.
        reason: the claim adjustment reason code.
        amount: in dollars; negative where it adds to the payment.
        quantity: units; None where none are given.
    """

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None

    @property
    def is_patient_share(self) -> bool:
        """Whether it is deductible, coinsurance or copayment."""
        return self.group == PATIENT_RESPONSIBILITY and self.reason in PATIENT_SHARE


@dataclass(frozen=True, slots=True)
class RemittedLine:
    """A service as it was decided: loop 2110.

    Attributes:
        number: counted from 1 within the claim.
        code: the procedure that was decided: SVC01-2, ``""`` where it is a revenue code.
        modifiers: SVC01-3 to -6.
        billed_code: the procedure as it was billed: SVC06-2 where the payer changed it, else `code`.
        billed_modifiers: its modifiers.
        revenue_code: SVC04, or SVC01-2 with qualifier NU.
        charge: SVC02 in dollars.
        paid: SVC03 in dollars.
        units: SVC05, the units paid; 1 where it is left out.
        billed_units: SVC07 where it differs, else `units`.
        first: the first day of service: DTM 472 or 150, None where there is none.
        last: the last day of service: DTM 472 or 151.
        control_number: REF 6R, as it was sent with the claim.
        adjustments: CAS.
        remarks: LQ HE, remittance advice remark codes.
    """

    number: int
    code: str
    modifiers: tuple[str, ...]
    billed_code: str
    billed_modifiers: tuple[str, ...]
    revenue_code: str
    charge: Decimal
    paid: Decimal
    units: Decimal
    billed_units: Decimal
    first: date | None
    last: date | None
    control_number: str
    adjustments: tuple[AdjustmentReason, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemittedClaim:
    """A claim as it was decided: loop 2100.

    Attributes:
        ordinal: counted from 1 in the file.
        id: CLP01, the patient's account number as the payer gives it back.
        status_code: CLP02.
        charge: CLP03 in dollars; negative on reversals.
        paid: CLP04 in dollars; negative on reversals.
        patient_responsibility: CLP05 in dollars.
        payer_control_number: CLP07.
        facility_code: CLP08.
        frequency: CLP09.
        patient: NM1*QC NM109 (or NM1*IL's), as the payer gives it.
        rendering: NM1*82 NM109.
        first: the first day of the statement: DTM 232, None where there is none.
        last: the last day: DTM 233.
        received: DTM 050, when the payer got the claim.
        adjustments: the CAS reasons at claim level.
        remarks: MOA and MIA, remittance advice remark codes.
        lines: loop 2110.
    """

    ordinal: int
    id: str
    status_code: str
    charge: Decimal
    paid: Decimal
    patient_responsibility: Decimal
    payer_control_number: str
    facility_code: str
    frequency: str
    patient: str
    rendering: str
    first: date | None
    last: date | None
    received: date | None
    adjustments: tuple[AdjustmentReason, ...]
    remarks: tuple[str, ...]
    lines: tuple[RemittedLine, ...]

    @property
    def status(self) -> ClaimStatus:
        """What was done with the claim."""
        return ClaimStatus.of(self.status_code)

    @property
    def is_reversal(self) -> bool:
        """Whether it takes an earlier payment back."""
        return self.status is ClaimStatus.REVERSED


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """Money that belongs to no claim of the remittance: one adjustment of a PLB segment.

    Attributes:
        provider: PLB01.
        reason: the adjustment reason, e.g. ``WO`` overpayment recovered, ``FB`` balance forwarded.
        reference: what it refers to, as the payer says.
        amount: in dollars; positive lowers the payment.
    """

    provider: str
    reason: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Remittance:
    """A payment with what it pays for: one transaction set 835.

    Attributes:
        control_number: ST02.
        payer: the payer's identifier: N1*PR N104, else REF 2U, else TRN03.
        payee: the payee's identifier: N1*PE N104.
        trace: TRN02, the number of the cheque or transfer.
        date: BPR16.
        amount: BPR02 in dollars; negative for a debit (BPR03 = D).
        claims: loop 2100.
        provider_adjustments: PLB.
        unreadable: what could not be read as an amount or day: segment and element, e.g. ``CLP03``.
    """

    control_number: str
    payer: str
    payee: str
    trace: str
    date: date | None
    amount: Decimal
    claims: tuple[RemittedClaim, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...]
    unreadable: tuple[str, ...]

"""A claim of either kind, with the loops above it and the service lines below."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from edi_guard.claims.forms import form_locator
from edi_guard.claims.loops import ClaimKind
from edi_guard.claims.parts import (
    Adjustment,
    CodedValue,
    Party,
    SegmentGroup,
    adjustments,
    coded_values,
)
from edi_guard.claims.values import Period, read_amount

if TYPE_CHECKING:
    from decimal import Decimal

    from edi_guard.claims.levels import BillingProvider, Patient, Subscriber
    from edi_guard.claims.line import ServiceLine
    from edi_guard.findings import Location
    from edi_guard.x12 import Segment

PRINCIPAL_DIAGNOSIS = ("ABK", "BK")
OTHER_DIAGNOSES = ("ABF", "BF")
ADMITTING_DIAGNOSIS = ("ABJ", "BJ")
REASONS_FOR_VISIT = ("APR", "PR")
EXTERNAL_CAUSES = ("ABN", "BN")
PROCEDURES = ("BBR", "BR", "BBQ", "BQ")
INPATIENT_BILLS = frozenset({"11", "18", "21", "41"})
OUTPATIENT_BILLS = frozenset("13 14 23 34 43 71 72 73 74 75 76 77 78 79 83 84 85 89".split())
VOID = "8"
REPLACEMENT = "7"


class OtherPayer(SegmentGroup):
    """Another payer of the claim: loop 2320 with 2330.

    Attributes:
        own: the segments of 2320 itself.
        parties: 2330.
    """

    def __init__(self, segments: list[Segment]) -> None:
        super().__init__(segments)
        self.own = SegmentGroup([])
        self.parties: list[Party] = []

    @property
    def sequence(self) -> str:
        """SBR01: ``P`` primary, ``S`` secondary, ``T`` tertiary."""
        return self.segments[0][1]

    @property
    def filing_indicator(self) -> str:
        """SBR09."""
        return self.segments[0][9]

    @property
    def payer(self) -> Party | None:
        """2330B."""
        return next((party for party in self.parties if party.role == "PR"), None)

    @property
    def paid(self) -> Decimal | None:
        """AMT*D: what this payer paid."""
        return read_amount(self.own.value("AMT", 2, "D"))

    @property
    def non_covered(self) -> Decimal | None:
        """AMT*A8: what this payer does not cover, so that it was not asked."""
        return read_amount(self.own.value("AMT", 2, "A8"))

    @property
    def adjustments(self) -> list[Adjustment]:
        """The CAS reasons at claim level."""
        return adjustments(self.own.segments)


class Claim(SegmentGroup):
    """Loop 2300 with its subloops.

    Attributes:
        kind: professional or institutional.
        ordinal: counted from 1 in the file.
        billing, subscriber, patient: the levels it stands under; `patient` is the subscriber's own
            view where the subscriber is the patient.
        own: the segments of 2300 itself, CLM first.
        parties: 2310.
        other_payers: 2320.
        lines: 2400.
    """

    def __init__(
        self,
        kind: ClaimKind,
        ordinal: int,
        levels: tuple[BillingProvider, Subscriber, Patient],
        segments: list[Segment],
    ) -> None:
        super().__init__(segments)
        self.kind = kind
        self.ordinal = ordinal
        self.billing, self.subscriber, self.patient = levels
        self.own = SegmentGroup([])
        self.parties: list[Party] = []
        self.other_payers: list[OtherPayer] = []
        self.lines: list[ServiceLine] = []

    # ------------------------------------------------------------------- CLM

    @property
    def header(self) -> Segment:
        """CLM."""
        return self.segments[0]

    @property
    def id(self) -> str:
        """CLM01, the patient's account number."""
        return self.header[1]

    @property
    def charge(self) -> Decimal | None:
        """CLM02, the claim's total charge."""
        return read_amount(self.header[2])

    @property
    def facility_code(self) -> str:
        """CLM05-1: place of service (837P) or the first two digits of the type of bill (837I)."""
        return self.header.component(5, 1)

    @property
    def frequency(self) -> str:
        """CLM05-3: ``1`` original, ``7`` replacement, ``8`` void."""
        return self.header.component(5, 3)

    @property
    def is_void(self) -> bool:
        """Whether the claim takes an earlier one back."""
        return self.frequency == VOID

    @property
    def is_resubmission(self) -> bool:
        """Whether the claim replaces or voids an earlier one."""
        return self.frequency in (REPLACEMENT, VOID)

    @property
    def place_of_service(self) -> str:
        """CLM05-1 of a professional claim, else ``""``."""
        return self.facility_code if self.kind is ClaimKind.PROFESSIONAL else ""

    @property
    def bill_type(self) -> str:
        """CLM05-1 and CLM05-3 of an institutional claim, e.g. ``131``, else ``""``."""
        if self.kind is ClaimKind.PROFESSIONAL:
            return ""
        return self.facility_code + self.frequency

    @property
    def is_inpatient(self) -> bool:
        """Whether an institutional claim's type of bill is an inpatient stay (011x, 018x, 021x, 041x)."""
        return self.kind is ClaimKind.INSTITUTIONAL and self.facility_code in INPATIENT_BILLS

    @property
    def is_outpatient(self) -> bool:
        """Whether the type of bill is a visit without a stay (hospital, clinic, surgery centre).

        Neither this nor `is_inpatient` holds for Part B services of inpatients, home health and hospice.
        """
        return self.kind is ClaimKind.INSTITUTIONAL and self.facility_code in OUTPATIENT_BILLS

    # ---------------------------------------------------------- dates, codes

    @property
    def statement_period(self) -> Period | None:
        """DTP*434 of an institutional claim."""
        return self.own.days("434")

    @cached_property
    def coded_values(self) -> list[CodedValue]:
        """Everything the HI segments hold, in order."""
        return coded_values(self.own.segments)

    def coded(self, *qualifiers: str) -> list[CodedValue]:
        """The HI values of these qualifiers."""
        return [value for value in self.coded_values if value.qualifier in qualifiers]

    @property
    def diagnoses(self) -> list[CodedValue]:
        """Principal, other, admitting, reason for visit and external cause, in file order."""
        return self.coded(
            *PRINCIPAL_DIAGNOSIS,
            *OTHER_DIAGNOSES,
            *ADMITTING_DIAGNOSIS,
            *REASONS_FOR_VISIT,
            *EXTERNAL_CAUSES,
        )

    @cached_property
    def pointable_diagnoses(self) -> list[CodedValue]:
        """The diagnoses that SV107 counts: principal first, then the others in order."""
        return self.coded(*PRINCIPAL_DIAGNOSIS, *OTHER_DIAGNOSES)

    @property
    def procedures(self) -> list[CodedValue]:
        """The principal and other procedures of an inpatient claim (HI*BBR, HI*BBQ)."""
        return self.coded(*PROCEDURES)

    # ------------------------------------------------------------ who, whose

    def provider(self, role: str) -> Party | None:
        """The 2310 provider in a role (NM101), or None."""
        return next((party for party in self.parties if party.role == role), None)

    @property
    def payer(self) -> Party | None:
        """2010BB, the destination payer."""
        return self.subscriber.payer

    @property
    def payer_identifier(self) -> str:
        """2010BB NM109."""
        payer = self.payer
        return payer.identifier if payer else ""

    @property
    def filing_indicator(self) -> str:
        """SBR09 of 2000B."""
        return self.subscriber.filing_indicator

    def reference(self, qualifier: str) -> str:
        """The first REF02 of this qualifier at claim level, or ``""``."""
        return self.own.value("REF", 2, qualifier)

    # ---------------------------------------------------------------- places

    def at(self, segment: Segment, element: int = 0, component: int = 0) -> Location:
        """Return where a value stands, with the box of the paper form."""
        box = form_locator(self.kind, segment, element, component)
        return segment.location(element, component, box)

    @property
    def at_claim(self) -> Location:
        """CLM."""
        return self.at(self.header)

    @property
    def at_id(self) -> Location:
        """CLM01."""
        return self.at(self.header, 1)

    @property
    def at_charge(self) -> Location:
        """CLM02."""
        return self.at(self.header, 2)

    @property
    def at_place_of_service(self) -> Location:
        """CLM05-1."""
        return self.at(self.header, 5, 1)

    @property
    def at_frequency(self) -> Location:
        """CLM05-3."""
        return self.at(self.header, 5, 3)

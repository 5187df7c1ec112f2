"""Claims as views over segments: 837P and 837I behind one face, line over claim resolved."""

from edi_guard.claims.claim import Claim, OtherPayer
from edi_guard.claims.excerpt import read_excerpt
from edi_guard.claims.levels import BillingProvider, Dependent, Level, Patient, Subscriber
from edi_guard.claims.line import ServiceLine
from edi_guard.claims.loops import ClaimKind, claim_kind
from edi_guard.claims.outline import Outline, Run, before_segments, count_claims, count_segments, outline_of
from edi_guard.claims.parts import (
    Adjudication,
    Adjustment,
    Attachment,
    CodedValue,
    Note,
    Party,
    Reference,
    SegmentGroup,
)
from edi_guard.claims.sections import CarriedLevel, Joint, Joints, plan_sections
from edi_guard.claims.transaction import (
    HierarchyFault,
    HierarchyFaultKind,
    Transaction,
    read_claims,
)
from edi_guard.claims.values import Period, age_in_years, read_amount, read_day, read_period

__all__ = [
    "Adjudication",
    "Adjustment",
    "Attachment",
    "BillingProvider",
    "CarriedLevel",
    "Claim",
    "ClaimKind",
    "CodedValue",
    "Dependent",
    "HierarchyFault",
    "HierarchyFaultKind",
    "Joint",
    "Joints",
    "Level",
    "Note",
    "OtherPayer",
    "Outline",
    "Party",
    "Patient",
    "Period",
    "Reference",
    "Run",
    "SegmentGroup",
    "ServiceLine",
    "Subscriber",
    "Transaction",
    "age_in_years",
    "before_segments",
    "claim_kind",
    "count_claims",
    "count_segments",
    "outline_of",
    "plan_sections",
    "read_amount",
    "read_claims",
    "read_day",
    "read_excerpt",
    "read_period",
]

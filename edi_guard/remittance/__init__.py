"""What payers answered to claims: the health care claim payment, 835 (005010X221A1)."""

from edi_guard.remittance.balance import Imbalance, imbalances
from edi_guard.remittance.model import (
    AdjustmentReason,
    ClaimStatus,
    ProviderAdjustment,
    Remittance,
    RemittedClaim,
    RemittedLine,
)
from edi_guard.remittance.read import RemittanceError, read_remittances

__all__ = [
    "AdjustmentReason",
    "ClaimStatus",
    "Imbalance",
    "ProviderAdjustment",
    "Remittance",
    "RemittanceError",
    "RemittedClaim",
    "RemittedLine",
    "imbalances",
    "read_remittances",
]

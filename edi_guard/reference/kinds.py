"""What kinds of reference tables there are."""

from __future__ import annotations

import enum


class TableKind(enum.StrEnum):
    """A kind of table, as ``reference list`` names it."""

    HCPCS = "hcpcs"
    ICD_10_CM = "icd-10-cm"
    ICD_10_CM_ADDENDA = "icd-10-cm-addenda"
    ICD_10_PCS = "icd-10-pcs"
    MODIFIERS = "modifiers"
    PLACE_OF_SERVICE = "place-of-service"
    REVENUE = "revenue-codes"
    TAXONOMY = "taxonomy"
    ADJUSTMENT_REASONS = "carc"
    REMARKS = "rarc"
    CLAIM_STATUS = "claim-status"
    CLAIM_STATUS_CATEGORY = "claim-status-category"
    PAIRS = "ncci-pairs"
    UNITS = "ncci-units"
    ADD_ON = "ncci-add-on"
    FEE_SCHEDULE = "fee-schedule"

    @property
    def months(self) -> int:
        """How many months a table is current, by its publisher's calendar."""
        if self in _QUARTERLY:
            return 3
        return 6 if self is TableKind.TAXONOMY else 12


_QUARTERLY = frozenset(
    {
        TableKind.HCPCS,
        TableKind.PAIRS,
        TableKind.UNITS,
        TableKind.ADD_ON,
        TableKind.FEE_SCHEDULE,
        TableKind.ADJUSTMENT_REASONS,
        TableKind.REMARKS,
        TableKind.CLAIM_STATUS,
        TableKind.CLAIM_STATUS_CATEGORY,
    }
)


class CodeSystem(enum.StrEnum):
    """A code set: the codes of one kind of element. A table may hold more than one."""

    HCPCS = "hcpcs"
    MODIFIER = "modifier"
    DIAGNOSIS = "icd-10-cm"
    PROCEDURE = "icd-10-pcs"
    PLACE_OF_SERVICE = "place-of-service"
    REVENUE = "revenue"
    TAXONOMY = "taxonomy"
    ADJUSTMENT_REASON = "carc"
    REMARK = "rarc"
    CLAIM_STATUS = "claim-status"
    CLAIM_STATUS_CATEGORY = "claim-status-category"


class EditSetting(enum.StrEnum):
    """Whose claims an NCCI table is for."""

    PRACTITIONER = "practitioner"
    OUTPATIENT = "outpatient"
    SUPPLIER = "supplier"
    MEDICAID_PRACTITIONER = "medicaid-practitioner"
    MEDICAID_OUTPATIENT = "medicaid-outpatient"
    MEDICAID_SUPPLIER = "medicaid-supplier"

    @property
    def of_medicaid(self) -> EditSetting:
        """The same setting in Medicaid's tables."""
        return self if self.name.startswith("MEDICAID") else EditSetting(f"medicaid-{self.value}")

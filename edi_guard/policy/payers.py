"""How mappings name and class a claim's destination payer."""

from __future__ import annotations

import enum
from typing import NamedTuple


class PayerClass(enum.StrEnum):
    """What kind of payer it is, as far as denial policies differ."""

    MEDICARE = "medicare"
    MEDICAID = "medicaid"
    GOVERNMENT = "government"
    CASUALTY = "casualty"
    COMMERCIAL = "commercial"


class PayerKey(NamedTuple):
    """What identifies the destination payer.

    Attributes:
        identifier: loop 2010BB NM109.
        filing_indicator: loop 2000B SBR09, the claim filing indicator.
    """

    identifier: str
    filing_indicator: str

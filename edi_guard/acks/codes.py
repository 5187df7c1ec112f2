"""Which code of which list says an envelope fault or a structural finding.

Lists, by X12 data element: I18 (TA105), 716 (AK905), 618 (IK502), 620 (IK304), 621 (IK403). Numbers
only; what they mean is said here in the names of what is mapped.
"""

from __future__ import annotations

from typing import Final

from edi_guard.x12 import FaultKind

# --------------------------------------------------------------------- interchange, TA105

NO_FAULT: Final = "000"
INTERCHANGE_FAULTS: Final = {
    FaultKind.INTERCHANGE_CONTROL: "001",
    FaultKind.MISSING_TERMINATOR: "004",
    FaultKind.VERSION: "017",
    FaultKind.GROUP_COUNT: "021",
    FaultKind.UNEXPECTED_SEGMENT: "022",
    FaultKind.OUTSIDE_DATA: "022",
    FaultKind.TRUNCATED: "023",
}
EMPTY_BETWEEN_GROUPS: Final = "022"
UNUSABLE_GROUP: Final = "024"
INTERCHANGE_REPEATED: Final = "025"
INTERCHANGE_RULES: Final = {"ENV212": "020"}

# ----------------------------------------------------------------- functional group, AK905

GROUP_FAULTS: Final = {FaultKind.GROUP_CONTROL: "4", FaultKind.TRANSACTION_COUNT: "5"}
GROUP_NOT_CLOSED: Final = "3"
GROUP_REPEATED: Final = "19"
GROUP_RULES: Final = {"ENV307": "1", "ENV209": "2", "ENV210": "2", "ENV211": "2"}

# ------------------------------------------------------------------ transaction set, IK502

TRANSACTION_FAULTS: Final = {
    FaultKind.TRANSACTION_CONTROL: "3",
    FaultKind.SEGMENT_COUNT: "4",
    FaultKind.EMPTY_SEGMENT: "5",
}
TRANSACTION_NOT_SUPPORTED: Final = "1"
TRANSACTION_REPEATED: Final = "23"
SEGMENTS_IN_ERROR: Final = "I5"
GUIDE_NOT_SUPPORTED: Final = "I6"

# ------------------------------------------------------------- segments and elements

HAS_ELEMENT_ERRORS: Final = "8"
SEGMENT_CODES: Final = frozenset({*"12345678", "I4", "I6", "I7", "I8", "I9"})
ELEMENT_CODES: Final = frozenset(
    {*map(str, range(1, 14)), "I10", "I11", "I12", "I13", "I6", "I9"},
)
OTHER_ELEMENT_ERROR: Final = "7"
# For structural findings that came without the guide's own code: by rule.
SEGMENT_RULES: Final = {"IG101": "3", "IG301": "2", "IG401": "5", "ENV313": "2"}
ELEMENT_RULES: Final = {
    "IG102": "1",
    "IG202": "5",
    "IG303": "I10",
    "IG402": "3",
    "ENV310": "I12",
    "ENV311": "I12",
}

# ------------------------------------------------------------------------ what 999 can say

FUNCTIONAL_IDENTIFIERS: Final = frozenset({"BE", "HB", "HC", "HI", "HN", "HP", "HR", "HS", "RA"})
TRANSACTION_IDENTIFIERS: Final = frozenset(
    {"270", "271", "276", "277", "278", "820", "834", "835", "837"},
)

"""Which loop a segment belongs to (005010X222A1 and 005010X223A2, loop structure)."""

from __future__ import annotations

import enum
from typing import Final


class ClaimKind(enum.StrEnum):
    """The two claim transactions edi-guard reads."""

    PROFESSIONAL = "837P"
    INSTITUTIONAL = "837I"


PROFESSIONAL_GUIDE: Final = "005010X222"
INSTITUTIONAL_GUIDE: Final = "005010X223"


def claim_kind(version: str) -> ClaimKind | None:
    """Return the kind of claims that a guide (GS08 or ST03) describes, None for other guides."""
    if version.startswith(PROFESSIONAL_GUIDE):
        return ClaimKind.PROFESSIONAL
    if version.startswith(INSTITUTIONAL_GUIDE):
        return ClaimKind.INSTITUTIONAL
    return None


HEADER_LOOPS: Final = {"41": "1000A", "40": "1000B"}

HIERARCHY_LOOPS: Final = {"20": "2000A", "22": "2000B", "23": "2000C"}

PARTY_LOOPS: Final = {
    "2000A": {"85": "2010AA", "87": "2010AB", "PE": "2010AC"},
    "2000B": {"IL": "2010BA", "PR": "2010BB"},
    "2000C": {"QC": "2010CA"},
}

_PROFESSIONAL_2310 = {
    "DN": "2310A",
    "P3": "2310A",
    "82": "2310B",
    "77": "2310C",
    "DQ": "2310D",
    "PW": "2310E",
    "45": "2310F",
}
_INSTITUTIONAL_2310 = {
    "71": "2310A",
    "72": "2310B",
    "ZZ": "2310C",
    "82": "2310D",
    "77": "2310E",
    "DN": "2310F",
}
CLAIM_PARTY_LOOPS: Final = {
    ClaimKind.PROFESSIONAL: _PROFESSIONAL_2310,
    ClaimKind.INSTITUTIONAL: _INSTITUTIONAL_2310,
}

_PROFESSIONAL_2330 = {
    "IL": "2330A",
    "PR": "2330B",
    "DN": "2330C",
    "P3": "2330C",
    "82": "2330D",
    "77": "2330E",
    "DQ": "2330F",
    "85": "2330G",
}
_INSTITUTIONAL_2330 = {
    "IL": "2330A",
    "PR": "2330B",
    "71": "2330C",
    "72": "2330D",
    "ZZ": "2330E",
    "77": "2330F",
    "82": "2330G",
    "DN": "2330H",
    "85": "2330I",
}
OTHER_PAYER_PARTY_LOOPS: Final = {
    ClaimKind.PROFESSIONAL: _PROFESSIONAL_2330,
    ClaimKind.INSTITUTIONAL: _INSTITUTIONAL_2330,
}

_PROFESSIONAL_2420 = {
    "82": "2420A",
    "QB": "2420B",
    "77": "2420C",
    "DQ": "2420D",
    "DK": "2420E",
    "DN": "2420F",
    "P3": "2420F",
    "PW": "2420G",
    "45": "2420H",
}
_INSTITUTIONAL_2420 = {
    "72": "2420A",
    "ZZ": "2420B",
    "82": "2420C",
    "DN": "2420D",
}
LINE_PARTY_LOOPS: Final = {
    ClaimKind.PROFESSIONAL: _PROFESSIONAL_2420,
    ClaimKind.INSTITUTIONAL: _INSTITUTIONAL_2420,
}

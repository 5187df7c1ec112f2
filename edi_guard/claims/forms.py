"""Which box of the paper form a value would stand in: CMS-1500 (02/12) or UB-04.

Sources: the NUCC's 1500 instruction manual crosswalk and the UB-04 crosswalk, from knowledge; box
numbers only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims.loops import ClaimKind

if TYPE_CHECKING:
    from edi_guard.x12 import Segment

_FORM_NAMES = {ClaimKind.PROFESSIONAL: "CMS-1500", ClaimKind.INSTITUTIONAL: "UB-04"}

# Keys: loop, segment with its qualifier where one decides, element, component. The most exact key
# that is listed wins; "" and 0 stand for "any".
_Key = tuple[str, str, int, int]

_PROFESSIONAL: dict[_Key, str] = {
    ("2010AA", "NM1", 0, 0): "33",
    ("2010AA", "NM1", 9, 0): "33a",
    ("2010AA", "N3", 0, 0): "33",
    ("2010AA", "N4", 0, 0): "33",
    ("2010AA", "REF EI", 2, 0): "25",
    ("2010AA", "REF SY", 2, 0): "25",
    ("2010AA", "PER", 0, 0): "33",
    ("2000A", "PRV", 3, 0): "33b",
    ("2000B", "SBR", 2, 0): "6",
    ("2000B", "SBR", 3, 0): "11",
    ("2000B", "SBR", 4, 0): "11c",
    ("2000B", "SBR", 9, 0): "1",
    ("2010BA", "NM1", 0, 0): "4",
    ("2010BA", "NM1", 9, 0): "1a",
    ("2010BA", "N3", 0, 0): "7",
    ("2010BA", "N4", 0, 0): "7",
    ("2010BA", "DMG", 0, 0): "11a",
    ("2010BB", "NM1", 0, 0): "carrier block",
    ("2010BB", "N3", 0, 0): "carrier block",
    ("2010BB", "N4", 0, 0): "carrier block",
    ("2000C", "PAT", 1, 0): "6",
    ("2010CA", "NM1", 0, 0): "2",
    ("2010CA", "N3", 0, 0): "5",
    ("2010CA", "N4", 0, 0): "5",
    ("2010CA", "DMG", 0, 0): "3",
    ("2300", "CLM", 1, 0): "26",
    ("2300", "CLM", 2, 0): "28",
    ("2300", "CLM", 5, 1): "24B",
    ("2300", "CLM", 5, 3): "22",
    ("2300", "CLM", 6, 0): "31",
    ("2300", "CLM", 7, 0): "27",
    ("2300", "CLM", 8, 0): "13",
    ("2300", "CLM", 9, 0): "12",
    ("2300", "CLM", 11, 0): "10",
    ("2300", "CLM", 11, 4): "10b",
    ("2300", "DTP 431", 0, 0): "14",
    ("2300", "DTP 484", 0, 0): "14",
    ("2300", "DTP 454", 0, 0): "15",
    ("2300", "DTP 304", 0, 0): "15",
    ("2300", "DTP 439", 0, 0): "15",
    ("2300", "DTP 360", 0, 0): "16",
    ("2300", "DTP 361", 0, 0): "16",
    ("2300", "DTP 435", 0, 0): "18",
    ("2300", "DTP 096", 0, 0): "18",
    ("2300", "PWK", 0, 0): "19",
    ("2300", "NTE", 0, 0): "19",
    ("2300", "AMT F5", 0, 0): "29",
    ("2300", "REF F8", 0, 0): "22",
    ("2300", "REF G1", 0, 0): "23",
    ("2300", "REF 9F", 0, 0): "23",
    ("2300", "REF X4", 0, 0): "23",
    ("2300", "HI", 0, 0): "21",
    ("2310A", "NM1", 0, 0): "17",
    ("2310A", "NM1", 9, 0): "17b",
    ("2310B", "NM1", 0, 0): "31",
    ("2310B", "NM1", 9, 0): "24J",
    ("2310C", "NM1", 0, 0): "32",
    ("2310C", "NM1", 9, 0): "32a",
    ("2310C", "N3", 0, 0): "32",
    ("2310C", "N4", 0, 0): "32",
    ("2310D", "NM1", 0, 0): "17",
    ("2310D", "NM1", 9, 0): "17b",
    ("2320", "SBR", 0, 0): "9a",
    ("2320", "AMT D", 0, 0): "29",
    ("2330A", "NM1", 0, 0): "9",
    ("2330A", "NM1", 9, 0): "9a",
    ("2330B", "NM1", 0, 0): "9d",
    ("2400", "SV1", 0, 0): "24D",
    ("2400", "SV1", 1, 0): "24D",
    ("2400", "SV1", 2, 0): "24F",
    ("2400", "SV1", 3, 0): "24G",
    ("2400", "SV1", 4, 0): "24G",
    ("2400", "SV1", 5, 0): "24B",
    ("2400", "SV1", 7, 0): "24E",
    ("2400", "SV1", 9, 0): "24C",
    ("2400", "SV1", 11, 0): "24H",
    ("2400", "DTP 472", 0, 0): "24A",
    ("2400", "REF G1", 0, 0): "23",
    ("2400", "REF 9F", 0, 0): "23",
    ("2400", "REF X4", 0, 0): "23",
    ("2400", "NTE", 0, 0): "24 (shaded)",
    ("2400", "PWK", 0, 0): "24 (shaded)",
    ("2400", "LX", 0, 0): "24",
    ("2410", "LIN", 0, 0): "24 (shaded)",
    ("2420A", "NM1", 0, 0): "24J",
}

_INSTITUTIONAL: dict[_Key, str] = {
    ("2010AA", "NM1", 0, 0): "1",
    ("2010AA", "NM1", 9, 0): "56",
    ("2010AA", "N3", 0, 0): "1",
    ("2010AA", "N4", 0, 0): "1",
    ("2010AA", "PER", 0, 0): "1",
    ("2010AA", "REF EI", 2, 0): "5",
    ("2000A", "PRV", 3, 0): "81",
    ("2010AB", "N3", 0, 0): "2",
    ("2010AB", "N4", 0, 0): "2",
    ("2000B", "SBR", 2, 0): "59",
    ("2000B", "SBR", 3, 0): "62",
    ("2000B", "SBR", 4, 0): "61",
    ("2000B", "SBR", 9, 0): "50",
    ("2010BA", "NM1", 0, 0): "58",
    ("2010BA", "NM1", 9, 0): "60",
    ("2010BA", "N3", 0, 0): "9",
    ("2010BA", "N4", 0, 0): "9",
    ("2010BA", "DMG", 2, 0): "10",
    ("2010BA", "DMG", 3, 0): "11",
    ("2010BB", "NM1", 0, 0): "50",
    ("2010BB", "NM1", 9, 0): "51",
    ("2010BB", "N3", 0, 0): "38",
    ("2010BB", "N4", 0, 0): "38",
    ("2000C", "PAT", 1, 0): "59",
    ("2010CA", "NM1", 0, 0): "8",
    ("2010CA", "N3", 0, 0): "9",
    ("2010CA", "N4", 0, 0): "9",
    ("2010CA", "DMG", 2, 0): "10",
    ("2010CA", "DMG", 3, 0): "11",
    ("2300", "CLM", 1, 0): "3a",
    ("2300", "CLM", 2, 0): "47 (total)",
    ("2300", "CLM", 5, 0): "4",
    ("2300", "CLM", 7, 0): "52",
    ("2300", "CLM", 8, 0): "53",
    ("2300", "CLM", 9, 0): "52",
    ("2300", "DTP 434", 0, 0): "6",
    ("2300", "DTP 435", 0, 0): "12-13",
    ("2300", "DTP 096", 0, 0): "16",
    ("2300", "CL1", 1, 0): "14",
    ("2300", "CL1", 2, 0): "15",
    ("2300", "CL1", 3, 0): "17",
    ("2300", "REF F8", 0, 0): "64",
    ("2300", "REF G1", 0, 0): "63",
    ("2300", "REF 9F", 0, 0): "63",
    ("2300", "REF EA", 0, 0): "3b",
    ("2300", "NTE", 0, 0): "80",
    ("2300", "AMT F3", 0, 0): "55",
    ("2300", "HI ABK", 0, 0): "67",
    ("2300", "HI BK", 0, 0): "67",
    ("2300", "HI ABF", 0, 0): "67A-Q",
    ("2300", "HI BF", 0, 0): "67A-Q",
    ("2300", "HI ABJ", 0, 0): "69",
    ("2300", "HI BJ", 0, 0): "69",
    ("2300", "HI APR", 0, 0): "70",
    ("2300", "HI PR", 0, 0): "70",
    ("2300", "HI DR", 0, 0): "71",
    ("2300", "HI ABN", 0, 0): "72",
    ("2300", "HI BN", 0, 0): "72",
    ("2300", "HI BBR", 0, 0): "74",
    ("2300", "HI BR", 0, 0): "74",
    ("2300", "HI BBQ", 0, 0): "74a-e",
    ("2300", "HI BQ", 0, 0): "74a-e",
    ("2300", "HI BG", 0, 0): "18-28",
    ("2300", "HI BH", 0, 0): "31-34",
    ("2300", "HI BI", 0, 0): "35-36",
    ("2300", "HI BE", 0, 0): "39-41",
    ("2310A", "NM1", 0, 0): "76",
    ("2310B", "NM1", 0, 0): "77",
    ("2310C", "NM1", 0, 0): "78",
    ("2310D", "NM1", 0, 0): "78",
    ("2310F", "NM1", 0, 0): "79",
    ("2320", "AMT D", 0, 0): "54",
    ("2330A", "NM1", 0, 0): "58",
    ("2330A", "NM1", 9, 0): "60",
    ("2330B", "NM1", 0, 0): "50",
    ("2400", "SV2", 0, 0): "44",
    ("2400", "SV2", 1, 0): "42",
    ("2400", "SV2", 2, 0): "44",
    ("2400", "SV2", 3, 0): "47",
    ("2400", "SV2", 4, 0): "46",
    ("2400", "SV2", 5, 0): "46",
    ("2400", "SV2", 7, 0): "48",
    ("2400", "DTP 472", 0, 0): "45",
    ("2400", "LX", 0, 0): "42-48",
    ("2410", "LIN", 0, 0): "43",
}

_TABLES = {ClaimKind.PROFESSIONAL: _PROFESSIONAL, ClaimKind.INSTITUTIONAL: _INSTITUTIONAL}


def form_locator(
    kind: ClaimKind, segment: Segment, element: int = 0, component: int = 0, line: int = 0
) -> str:
    """Return the box of the paper form, e.g. ``CMS-1500 24D line 2``, or ``""``.

    Args:
        kind: professional claims have the CMS-1500, institutional ones the UB-04.
        segment: with its loop set.
        element: 0 for the whole segment.
        component: 0 for the whole element.
        line: the service line's ordinal, 0 above the lines.
    """
    table = _TABLES[kind]
    qualified = f"{segment.id} {segment.component(1, 1)}"
    for name in (qualified, segment.id):
        for place in ((element, component), (element, 0), (0, 0)):
            box = table.get((segment.loop, name, *place))
            if box:
                suffix = f" line {line}" if line and segment.loop[:2] == "24" else ""
                return f"{_FORM_NAMES[kind]} {box}{suffix}"
    return ""

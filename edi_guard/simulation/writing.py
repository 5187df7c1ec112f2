"""Interchanges as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

OFFICE: Final = "SIMOFFICE"
HOUSE: Final = "SIMHOUSE"


def interchange(
    number: int,
    day: date,
    sender: str,
    receiver: str,
    kind: str,
    version: str,
    transactions: Sequence[Sequence[str]],
) -> str:
    """Return an interchange of one functional group.

    Args:
        number: ISA13 and GS06.
        day: of ISA09 and GS04.
        sender: ISA06.
        receiver: ISA08.
        kind: GS01.
        version: GS08.
        transactions: the segments of each transaction set, from ST to the last before SE.
    """
    head = f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*{receiver:<15}*{day:%y%m%d}*1200*^*00501"
    made = [
        f"{head}*{number:09d}*0*T*:",
        f"GS*{kind}*{sender}*{receiver}*{day:%Y%m%d}*1200*{number}*X*{version}",
    ]
    for segments in transactions:
        control_number = segments[0].split("*")[2]
        made += [*segments, f"SE*{len(segments) + 1}*{control_number}"]
    made += [f"GE*{len(transactions)}*{number}", f"IEA*1*{number:09d}"]
    return "~\n".join(made) + "~\n"

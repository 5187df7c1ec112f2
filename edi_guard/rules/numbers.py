"""UNIT: how numbers are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import Transaction
from edi_guard.findings import Severity
from edi_guard.rules.format_scan import AMOUNTS
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


_NUMBERS = {**AMOUNTS, "SV1": {2, 4}, "SV2": {3, 5, 7}, "SVD": {2, 5}, "CTP": {4}}
_ZERO_IN_FRONT = re.compile(r"-?0\d.*", re.ASCII | re.DOTALL)


def _is_written_shortly(elements: list[str], _separator: str, _: Context) -> bool:
    numbers = (elements[at] for at in _NUMBERS[elements[0]] if at < len(elements))
    return not any(map(_ZERO_IN_FRONT.fullmatch, numbers))


@rule(
    "UNIT220",
    on=Transaction,
    snip=1,
    severity=Severity.WARN,
    claim_status=("A7:481",),
    segments=tuple(_NUMBERS),
    unless=_is_written_shortly,
    edits=("UHC-004", "AVAIL-005"),
)
def zeros_in_front(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Number with zeros in front.

    ## Why it is denied
    The standard leaves them out, and strict front ends refuse the number.

    ## What to do
    Let the practice system write numbers without zeros in front.

    ## Example
    Denied: `SV1*HC:20610*180*UN*01***1~`
    Paid: `SV1*HC:20610*180*UN*1***1~`

    ## Exceptions
    A single zero before the decimal point.

    ## Source
    X12.6, data elements of type R: leading zeros are suppressed; published front-end edits.
    """
    for segment in transaction.text.segments:
        for element in sorted(_NUMBERS.get(segment.id, ())):
            if _ZERO_IN_FRONT.fullmatch(segment[element]):
                yield zeros_in_front.finding(
                    segment.location(element),
                    f"{segment.id} has a number with zeros in front",
                    observed=segment[element],
                    expected="the number without them",
                )

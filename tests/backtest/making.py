"""Lines as they are judged, made by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

from edi_guard.backtest.judged import JudgedLine
from edi_guard.backtest.sent import Batch, SentClaim, SentLine
from edi_guard.claims import Period

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edi_guard.backtest.outcome import Outcome
    from edi_guard.findings import Severity

SENT = date(2026, 11, 5)
_numbers = count(1)


def batch(day: date = SENT, number: str = "B1", group: str = "1", transaction: str = "0001") -> Batch:
    return Batch(number, day, "OFFICE", "HOUSE", group, transaction)


def judged(
    outcome: Outcome | None,
    hits: Mapping[str, Severity],
    *,
    payer: str = "60054",
    code: str = "20610",
    modifiers: tuple[str, ...] = (),
    place: str = "11",
    units: int = 1,
    sent: date = SENT,
    beside: tuple[str, ...] = (),
    answered: date | None = None,
    shadow: frozenset[str] = frozenset(),
) -> JudgedLine:
    """Return a line of a claim of its own; `beside` are the codes of the claim's other lines."""
    lines = tuple(
        SentLine(
            number=number,
            code=one,
            modifiers=modifiers if number == 1 else (),
            revenue_code="",
            charge=Decimal(100),
            period=Period(sent, sent),
            control_number="",
            units=Decimal(units),
            place=place,
        )
        for number, one in enumerate((code, *beside), start=1)
    )
    claim = SentClaim(
        key=("a.837", next(_numbers)),
        id="PCN",
        kind="837P",
        payer=payer,
        billing="1999900016",
        member="W1",
        charge=Decimal(100 * len(lines)),
        frequency="1",
        original="",
        batch=batch(sent),
        lines=lines,
    )
    return JudgedLine(claim, lines[0], hits, outcome, answered, shadow)

"""What a payer would probably pay for a line: the median of what it paid for clean lines like it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi_guard.backtest.judged import JudgedLine

# A median of fewer payments is one line's payment, and not what is usual.
_LEAST_PEERS: Final = 3
_CENT: Final = Decimal("0.01")


class ExpectedPayments:
    """Knows the usual payment for a unit of a service.

    Peers are lines that were paid and that no rule would have kept back: of the same payer, service and
    modifiers; where there are too few, of the same payer and service; else of the service with any payer.
    """

    def __init__(self, lines: Iterable[JudgedLine]) -> None:
        paid: defaultdict[tuple[object, ...], list[Decimal]] = defaultdict(list)
        for line in lines:
            if line.is_decided and not line.is_denied and line.paid > 0 and not line.is_kept_back:
                for key in _keys(line):
                    paid[key].append(line.paid / _units(line))
        self._usual = {key: median(amounts) for key, amounts in paid.items() if len(amounts) >= _LEAST_PEERS}

    def of(self, line: JudgedLine) -> Decimal | None:
        """Return dollars; None where too few lines like it were paid."""
        for key in _keys(line):
            if key in self._usual:
                return (self._usual[key] * _units(line)).quantize(_CENT)
        return None


def _keys(line: JudgedLine) -> tuple[tuple[object, ...], ...]:
    service = line.line.service
    return (
        (line.payer, service, frozenset(line.line.modifiers)),
        (line.payer, service),
        (service,),
    )


def _units(line: JudgedLine) -> Decimal:
    units = line.line.units
    return units if units is not None and units > 0 else Decimal(1)

"""Denials that could have been prevented and that no rule speaks of: where the next policy pays most."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.buckets import NOT_PREVENTABLE, TURNED_BACK
from edi_guard.backtest.interval import Share
from edi_guard.backtest.judged import LEAST_CASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edi_guard.backtest.buckets import Buckets
    from edi_guard.backtest.judged import JudgedLine

_NOTHING: Final = Decimal(0)

Service = tuple[str, str, tuple[str, ...], str]
"""What denials are grouped by, without the reason: payer, code, modifiers, place."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Denials of one payer, service and reason that no rule speaks of.

    Attributes:
        payer: 2010BB NM109.
        code: the procedure code, else the revenue code.
        modifiers: in the order of the alphabet.
        place: the place of service, or the type of bill without its frequency.
        reason: the adjustment reason.
        bucket: what kind of denial it is.
        denied: how many of the decided lines like these were denied for the reason.
        dollars: what was denied.
        lines: the denied lines.
        paid: lines of the payer and code, at any place, that were not denied.
    """

    payer: str
    code: str
    modifiers: tuple[str, ...]
    place: str
    reason: str
    bucket: str
    denied: Share
    dollars: Decimal
    lines: tuple[JudgedLine, ...]
    paid: tuple[JudgedLine, ...]

    @property
    def is_shown(self) -> bool:
        """Whether there are cases enough to show them."""
        return self.denied.count >= LEAST_CASES


def find_gaps(lines: Iterable[JudgedLine], buckets: Buckets) -> list[Gap]:
    """Return the groups of preventable denials that no rule speaks of, the most dollars first.

    Args:
        lines: every sent line, judged.
        buckets: which denials are preventable.
    """
    missed: defaultdict[tuple[Service, str], list[JudgedLine]] = defaultdict(list)
    paid: defaultdict[tuple[str, str], list[JudgedLine]] = defaultdict(list)
    decided: defaultdict[Service, int] = defaultdict(int)
    for line in lines:
        if not line.is_decided:
            continue
        service = _service(line)
        decided[service] += 1
        if not line.is_denied:
            paid[service[:2]].append(line)
        elif not line.hits and (reason := _preventable(line, buckets)):
            missed[service, reason].append(line)
    found = [
        _gap(service, reason, group, paid[service[:2]], decided[service], buckets)
        for (service, reason), group in missed.items()
    ]
    return sorted(found, key=lambda gap: (-gap.dollars, gap.payer, gap.code, gap.reason))


def _gap(
    service: Service,
    reason: str,
    group: Sequence[JudgedLine],
    paid: Sequence[JudgedLine],
    decided: int,
    buckets: Buckets,
) -> Gap:
    payer, code, modifiers, place = service
    return Gap(
        payer=payer,
        code=code,
        modifiers=modifiers,
        place=place,
        reason=reason,
        bucket=buckets.of(reason),
        denied=Share(len(group), decided),
        dollars=sum((line.denied for line in group), _NOTHING),
        lines=tuple(group),
        paid=tuple(paid),
    )


def _service(line: JudgedLine) -> Service:
    return line.payer, line.line.service, tuple(sorted(line.line.modifiers)), line.line.place


def _preventable(line: JudgedLine, buckets: Buckets) -> str:
    return next((one for one in line.reasons if buckets.of(one) not in (NOT_PREVENTABLE, TURNED_BACK)), "")

"""Collects findings and repairs that stand above the claims, each reported once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edi_guard.engine.outcome import AppliedRepair, SharedFinding, SharedRepair
from edi_guard.findings import Finding, Severity
from edi_guard.ordinals import OrdinalCollector, Ordinals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from decimal import Decimal


@dataclass(slots=True)
class _Shared:
    """The first of some findings that are one, with the claims that inherit any of them."""

    rank: tuple[int, ...]
    finding: Finding
    collector: OrdinalCollector


class SharedFindings:
    """Findings above the claims; the same fault repeated above other claims is one finding."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], _Shared] = {}

    def add(self, finding: Finding, ordinals: Iterable[int], rank: tuple[int, ...] = ()) -> None:
        """Take a finding and the claims that inherit it.

        Args:
            finding: of the file, or of what stands above claims.
            ordinals: the claims.
            rank: its place among all; those of one rank come in their order.
        """
        known = self._found.setdefault(_key(finding), _Shared(rank, finding, OrdinalCollector()))
        known.collector.update(ordinals)
        if rank < known.rank:
            known.rank, known.finding = rank, finding

    def collected(self, charge_of: Callable[[Ordinals], Decimal]) -> list[SharedFinding]:
        """Return them, worst first, with the charges of all claims concerned at risk."""
        shared = []
        for found in sorted(self._found.values(), key=_rank):
            ordinals = found.collector.collected()
            shared.append(SharedFinding(_at_risk(found.finding, ordinals, charge_of), ordinals))
        return sorted(shared, key=lambda item: -item.finding.severity)


def _rank(found: _Shared) -> tuple[int, ...]:
    return found.rank


def _key(finding: Finding) -> tuple[object, ...]:
    if finding.once:
        return (finding.rule, finding.once)
    place = finding.location
    where = (place.loop, place.element) if place and place.loop else place
    return (finding.rule, finding.severity, finding.message, finding.observed, where)


def _at_risk(finding: Finding, ordinals: Ordinals, charge_of: Callable[[Ordinals], Decimal]) -> Finding:
    if finding.severity < Severity.WARN:
        return replace(finding, charge_at_risk=None, line=None)
    return replace(finding, charge_at_risk=charge_of(ordinals))


class SharedRepairs:
    """Repairs above the claims."""

    def __init__(self) -> None:
        self._made: list[SharedRepair] = []

    def add(self, repair: AppliedRepair, ordinals: Iterable[int]) -> None:
        """Take a repair and the claims that inherit it."""
        self._made.append(SharedRepair(repair, Ordinals(ordinals)))

    def collected(self) -> tuple[SharedRepair, ...]:
        """Return them in file order."""
        return tuple(self._made)

"""Collects findings and repairs that stand above the claims, each reported once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edi_guard.engine.outcome import AppliedRepair, SharedFinding, SharedRepair
from edi_guard.findings import Finding, Severity
from edi_guard.ordinals import OrdinalCollector, Ordinals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from decimal import Decimal


class SharedFindings:
    """Findings above the claims; the same fault repeated above other claims is one finding."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], tuple[Finding, OrdinalCollector]] = {}

    def add(self, finding: Finding, ordinals: Iterable[int]) -> None:
        """Take a finding and the claims that inherit it."""
        key = _key(finding)
        if key in self._found:
            self._found[key][1].update(ordinals)
        else:
            self._found[key] = (finding, OrdinalCollector(ordinals))

    def collected(self, charge_of: Callable[[Ordinals], Decimal]) -> list[SharedFinding]:
        """Return them, worst first, with the charges of all claims concerned at risk."""
        shared = []
        for finding, collector in self._found.values():
            ordinals = collector.collected()
            shared.append(SharedFinding(_at_risk(finding, ordinals, charge_of), ordinals))
        return sorted(shared, key=lambda item: -item.finding.severity)


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

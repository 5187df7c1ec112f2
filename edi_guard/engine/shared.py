"""Collects findings and repairs that stand above the claims, each reported once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from edi_guard.engine.outcome import AppliedRepair, SharedFinding, SharedRepair
from edi_guard.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class SharedFindings:
    """Findings above the claims; the same fault repeated above other claims is one finding."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], tuple[Finding, set[int]]] = {}

    def add(self, finding: Finding, ordinals: Iterable[int]) -> None:
        """Take a finding and the claims that inherit it."""
        key = _key(finding)
        if key in self._found:
            self._found[key][1].update(ordinals)
        else:
            self._found[key] = (finding, set(ordinals))

    def collected(self, charges: Mapping[int, Decimal | None]) -> list[SharedFinding]:
        """Return them, worst first, with the charges of all claims concerned at risk."""
        shared = [
            SharedFinding(_at_risk(finding, ordinals, charges), tuple(sorted(ordinals)))
            for finding, ordinals in self._found.values()
        ]
        return sorted(shared, key=lambda item: -item.finding.severity)


def _key(finding: Finding) -> tuple[object, ...]:
    if finding.once:
        return (finding.rule, finding.once)
    place = finding.location
    where = (place.loop, place.element) if place and place.loop else place
    return (finding.rule, finding.severity, finding.message, finding.observed, where)


def _at_risk(finding: Finding, ordinals: Iterable[int], charges: Mapping[int, Decimal | None]) -> Finding:
    if finding.severity < Severity.WARN:
        return replace(finding, charge_at_risk=None, line=None)
    total = sum((charges.get(ordinal) or Decimal(0) for ordinal in ordinals), Decimal(0))
    return replace(finding, charge_at_risk=total)


class SharedRepairs:
    """Repairs above the claims."""

    def __init__(self) -> None:
        self._made: list[SharedRepair] = []

    def add(self, repair: AppliedRepair, ordinals: Iterable[int]) -> None:
        """Take a repair and the claims that inherit it."""
        self._made.append(SharedRepair(repair, tuple(ordinals)))

    def collected(self) -> tuple[SharedRepair, ...]:
        """Return them in file order."""
        return tuple(self._made)

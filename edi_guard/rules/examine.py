"""Runs the rules over one transaction set and says whom each finding concerns."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from edi_guard.claims import Claim, Level
from edi_guard.rules.formats import scan_formats
from edi_guard.rules.signs import EVERY_RULE
from edi_guard.rules.subjects import FormatScan, GuideVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edi_guard.claims import Transaction
    from edi_guard.findings import Finding
    from edi_guard.guide import GuideError
    from edi_guard.rules.context import Context
    from edi_guard.rules.ruleset import Ruleset

Owner = Claim | Level | None
# Ranks behind those of what is found in the transaction set as such.
_OF_LEVELS: Final = (8,)
_OF_CLAIMS: Final = (9,)


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding with whom it concerns.

    Attributes:
        finding: itself.
        owner: a claim, a level above claims, or None for all of them.
        rank: orders what is found in sections of a transaction set as if it had been looked at whole.
    """

    finding: Finding
    owner: Owner
    rank: tuple[int, ...] = ()

    def claims(self, transaction: Transaction) -> list[Claim]:
        """Return the claims that it counts for."""
        if isinstance(self.owner, Claim):
            return [self.owner]
        if self.owner is not None:
            return self.owner.all_claims()
        return transaction.claims


class Locator:
    """Finds whose segment a segment number is."""

    def __init__(self, transaction: Transaction) -> None:
        owners: list[tuple[int, Owner]] = [(0, None)]
        owners += [(level.header.number, level) for level in transaction.levels]
        owners += [(claim.header.number, claim) for claim in transaction.claims]
        owners.append((transaction.trailer.number, None))
        owners.sort(key=lambda pair: pair[0])
        self._numbers = [number for number, _ in owners]
        self._owners = [owner for _, owner in owners]

    def place(self, finding: Finding, rank: tuple[int, ...] = ()) -> PlacedFinding:
        """Return the finding with its owner, and with its line and charge where it has one."""
        if finding.location is None:
            return PlacedFinding(finding, None, rank)
        number = finding.location.segment_number
        owner = self._owners[bisect_right(self._numbers, number) - 1]
        if isinstance(owner, Claim):
            finding = _on_its_line(finding, owner, number)
        return PlacedFinding(finding, owner, rank)


def _on_its_line(finding: Finding, claim: Claim, number: int) -> Finding:
    starts = [line.segments[0].number for line in claim.lines]
    index = bisect_right(starts, number) - 1
    if index < 0:
        return replace(finding, charge_at_risk=claim.charge)
    line = claim.lines[index]
    segment = next((s for s in line.segments if s.number == number), line.service)
    location = finding.location
    if location is not None and not location.form_locator:
        form_locator = line.at(segment).form_locator
        location = replace(location, form_locator=form_locator)
    return replace(finding, line=line.number, charge_at_risk=line.charge, location=location)


def examine(
    transaction: Transaction,
    ruleset: Ruleset,
    context: Context,
    errors: Sequence[GuideError] = (),
    awake: Mapping[int, int] | None = None,
) -> Iterator[PlacedFinding]:
    """Run every rule in force over a transaction set.

    Args:
        transaction: what is looked at.
        ruleset: the rules.
        context: the clock, the tables, the facts of the file.
        errors: what the implementation guide says against it.
        awake: for each claim that rules may have something to say about, by its ordinal, the bits of
            those rules; None for all rules about all claims.
    """
    # The memo is keyed by identity, which only holds while this transaction's objects live.
    context.memo.clear()
    locator = Locator(transaction)
    subjects: tuple[object, ...] = (
        transaction,
        FormatScan(transaction, scan_formats(transaction)),
        GuideVerdict(transaction, tuple(errors)),
    )
    for stage, subject in enumerate(subjects):
        for finding in ruleset.run(subject, context):
            yield locator.place(finding, (stage, ruleset.place_of(finding.rule)))
    for level in transaction.levels:
        for finding in ruleset.run(level, context):
            yield PlacedFinding(finding, level, _OF_LEVELS)
    for claim in transaction.claims:
        bits = EVERY_RULE if awake is None else awake.get(claim.ordinal, 0)
        for finding in ruleset.run_claim(claim, context, bits) if bits else ():
            yield PlacedFinding(finding, claim, _OF_CLAIMS)

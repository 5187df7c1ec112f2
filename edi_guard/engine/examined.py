"""What the rules say of one transaction set: worked out from the file alone, in whatever process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edi_guard.claims import Claim
from edi_guard.engine.drafts import draft_claim
from edi_guard.engine.relocate import Relocator
from edi_guard.engine.verdicts import in_force, waived
from edi_guard.rules.examine import PlacedFinding, examine
from edi_guard.rules.subjects import WithdrawnRepairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi_guard.claims import Transaction
    from edi_guard.engine.first_pass import Work
    from edi_guard.engine.outcome import ClaimOutcome
    from edi_guard.engine.settings import Settings
    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Source


@dataclass(slots=True)
class Examined:
    """What was found in a transaction set, in the order in which it was found.

    Attributes:
        findings: of single claims, with the claim's ordinal.
        shared: of what stands above claims, with the ordinals of those that inherit it.
        drafts: the claims that were looked at closely.
    """

    findings: list[tuple[int, Finding]] = field(default_factory=list)
    shared: list[tuple[Finding, list[int]]] = field(default_factory=list)
    drafts: list[ClaimOutcome] = field(default_factory=list)


class Keeper:
    """Keeps findings with the severity that is in force, for the claims that they count for."""

    def __init__(self, settings: Settings, examined: Examined) -> None:
        self._settings = settings
        self._examined = examined

    def keep(self, placed: PlacedFinding, transaction: Transaction, relocator: Relocator | None) -> None:
        """Keep a finding.

        Args:
            placed: the finding with whom it concerns.
            transaction: in which it was found.
            relocator: turns places of the repaired text into the file's; None where nothing was repaired.
        """
        finding = in_force(placed.finding, placed.owner, self._settings)
        if relocator is not None:
            finding = relocator.finding(finding)
        if isinstance(placed.owner, Claim) and not finding.once:
            finding = waived(finding, placed.owner, self._settings) or finding
            self._examined.findings.append((placed.owner.ordinal, finding))
            return
        ordinals = self._inheriting(finding, placed.claims(transaction))
        if ordinals or not self._settings.waivers:
            self._examined.shared.append((finding, ordinals))

    def _inheriting(self, finding: Finding, claims: Iterable[Claim]) -> list[int]:
        """Return the claims that inherit a finding; where a person released it, it is the claim's own."""
        ordinals = []
        for claim in claims:
            released = waived(finding, claim, self._settings)
            if released is None:
                ordinals.append(claim.ordinal)
            else:
                self._examined.findings.append((claim.ordinal, released))
        return ordinals


class Examiner:
    """Runs the rules on transaction sets."""

    def __init__(self, source: Source, settings: Settings, context: Context) -> None:
        """Take what every verdict depends on.

        Args:
            source: the file.
            settings: the rules.
            context: the clock, the tables, the facts of the whole file.
        """
        self._source = source
        self._settings = settings
        self._context = context

    def examine(self, work: Work) -> Examined:
        """Return what the rules say of a transaction set that needs them."""
        transaction = self._complete(work)
        awake = work.awake
        examined = Examined()
        keeper = Keeper(self._settings, examined)
        relocator = None
        if work.plan.edits:
            relocator = Relocator(work.plan.read_text(self._source), work.plan.span)
        ruleset = self._settings.ruleset
        for placed in examine(transaction, ruleset, self._context, work.errors, awake):
            keeper.keep(placed, transaction, relocator)
        if work.withdrawn:
            for finding in ruleset.run(WithdrawnRepairs(transaction), self._context):
                keeper.keep(PlacedFinding(finding, None), transaction, None)
        examined.drafts = [
            draft_claim(claim, transaction, self._context)
            for claim in transaction.claims
            if claim.ordinal in awake
        ]
        return examined

    def _complete(self, work: Work) -> Transaction:
        """Return the claims to be judged; what was kept may lack claims that were woken since."""
        transaction = work.read(self._source)
        if work.is_regular and len(transaction.claims) < len(work.awake):
            return work.excerpt(self._source, work.awake)
        return transaction

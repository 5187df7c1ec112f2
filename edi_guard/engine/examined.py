"""What the rules say of one transaction set: worked out from the file alone, in whatever process."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.claims import Claim
from edi_guard.engine.drafts import draft_claim
from edi_guard.engine.judged import claim_record
from edi_guard.engine.relocate import Relocator
from edi_guard.engine.verdicts import in_force, waived
from edi_guard.ordinals import Ordinals
from edi_guard.rules.examine import PlacedFinding, examine
from edi_guard.rules.subjects import WithdrawnRepairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from edi_guard.claims import Transaction
    from edi_guard.engine.judged import ClaimRecord
    from edi_guard.engine.outcome import AppliedRepair
    from edi_guard.engine.settings import Settings
    from edi_guard.engine.work import Work
    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Source


class Above(NamedTuple):
    """A finding of what stands above claims.

    Attributes:
        finding: itself.
        ordinals: the claims that inherit it.
        rank: its place among those of the transaction set, if that had been looked at whole.
    """

    finding: Finding
    ordinals: Ordinals
    rank: tuple[int, ...]


class Examined(NamedTuple):
    """What was found in a transaction set.

    Attributes:
        shared: of what stands above claims, as it was found.
        records: of the claims that were looked at closely, in file order.
    """

    shared: list[Above]
    records: list[ClaimRecord]


@dataclass(slots=True)
class Found:
    """Findings as they come.

    Attributes:
        of_claims: of single claims, by ordinal.
        shared: of what stands above claims.
    """

    of_claims: defaultdict[int, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    shared: list[Above] = field(default_factory=list)


class Keeper:
    """Keeps findings with the severity that is in force, for the claims that they count for."""

    def __init__(self, settings: Settings, found: Found) -> None:
        self._settings = settings
        self._found = found

    def keep(self, placed: PlacedFinding, transaction: Transaction, relocator: Relocator | None) -> None:
        """Keep a finding.

        Args:
            placed: the finding with whom it concerns.
            transaction: in which it was found.
            relocator: turns places of the text into the file's; None where they are the same.
        """
        finding = in_force(placed.finding, placed.owner, self._settings)
        if relocator is not None:
            finding = relocator.finding(finding)
        if isinstance(placed.owner, Claim) and not finding.once:
            finding = waived(finding, placed.owner, self._settings) or finding
            self._found.of_claims[placed.owner.ordinal].append(finding)
            return
        ordinals = self._inheriting(finding, placed.claims(transaction))
        if ordinals or not self._settings.waivers:
            self._found.shared.append(Above(finding, Ordinals(ordinals), placed.rank))

    def _inheriting(self, finding: Finding, claims: Iterable[Claim]) -> list[int]:
        """Return the claims that inherit a finding; where a person released it, it is the claim's own."""
        ordinals = []
        for claim in claims:
            released = waived(finding, claim, self._settings)
            if released is None:
                ordinals.append(claim.ordinal)
            else:
                self._found.of_claims[claim.ordinal].append(released)
        return ordinals


# Behind the ranks of all that rules say of claims.
_LAST: Final = (99,)


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

    def examine(self, work: Work, early: Mapping[int, Sequence[Finding]]) -> Examined:
        """Return what the rules say of a transaction set that needs them.

        Args:
            work: the transaction set.
            early: what was found about claims before, by ordinal.
        """
        transaction = self._complete(work)
        awake = work.awake
        found = Found()
        keeper = Keeper(self._settings, found)
        relocator = None
        if work.plan.edits or work.plan.section is not None:
            relocator = Relocator(work.plan.read_text(self._source), work.plan.span)
        ruleset = self._settings.ruleset
        for placed in examine(transaction, ruleset, self._context, work.errors, awake):
            keeper.keep(placed, transaction, relocator)
        if work.withdrawn:
            for finding in ruleset.run(WithdrawnRepairs(transaction), self._context):
                keeper.keep(PlacedFinding(finding, None, _LAST), transaction, None)
        records = self._records(work, transaction, early, found)
        transaction.dissolve()
        return Examined(found.shared, records)

    def _records(
        self,
        work: Work,
        transaction: Transaction,
        early: Mapping[int, Sequence[Finding]],
        found: Found,
    ) -> list[ClaimRecord]:
        repairs: defaultdict[int, list[AppliedRepair]] = defaultdict(list)
        for owned in work.repairs:
            if owned.claim is not None:
                repairs[owned.claim].append(owned.repair)
        awake = work.awake
        drafts = {
            claim.ordinal: draft_claim(claim, transaction, self._context)
            for claim in transaction.claims
            if claim.ordinal in awake
        }
        records = []
        for ordinal in sorted(drafts.keys() | found.of_claims.keys()):
            # A finding about a claim that nobody woke would be a rule's mistake; it is reported all the same.
            draft = drafts.get(ordinal) or work.draft(ordinal)
            draft = replace(draft, repairs=tuple(repairs[ordinal]))
            findings = (*early.get(ordinal, ()), *found.of_claims.get(ordinal, ()))
            records.append(claim_record(draft, findings))
        return records

    def _complete(self, work: Work) -> Transaction:
        """Return the claims to be judged; what was kept may lack claims that were woken since."""
        transaction = work.read(self._source)
        if work.is_regular and len(transaction.claims) < len(work.awake):
            return work.excerpt(self._source, work.awake)
        return transaction

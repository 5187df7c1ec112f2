"""The second pass: every rule on the repaired text, then a verdict for every claim."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edi_guard.claims import Claim
from edi_guard.engine.drafts import draft_claim, draft_glance
from edi_guard.engine.outcome import AppliedRepair, ClaimOutcome, SharedFinding, SharedRepair
from edi_guard.engine.relocate import Relocator
from edi_guard.engine.shared import SharedFindings, SharedRepairs
from edi_guard.engine.verdicts import dispositions, in_force, waived
from edi_guard.findings import Disposition
from edi_guard.rules.examine import Locator, PlacedFinding, examine
from edi_guard.rules.signs import ONCE
from edi_guard.rules.subjects import KeptFile, WithdrawnRepairs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from edi_guard.claims import Transaction
    from edi_guard.engine.first_pass import Work
    from edi_guard.engine.settings import Settings
    from edi_guard.findings import Edit, Finding
    from edi_guard.rules.context import Context
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.rules.subjects import InputFile
    from edi_guard.x12 import Segment, Source


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the second pass found."""

    claims: tuple[ClaimOutcome, ...]
    findings: tuple[SharedFinding, ...]
    repairs: tuple[SharedRepair, ...]


class SecondPass:
    """Judges transaction set after transaction set and collects the verdicts."""

    def __init__(self, source: Source, settings: Settings, context: Context) -> None:
        self._source = source
        self._settings = settings
        self._context = context
        self._findings: dict[int, list[Finding]] = {}
        self._repairs: defaultdict[int, list[AppliedRepair]] = defaultdict(list)
        self._drafts: dict[int, ClaimOutcome] = {}
        self._shared = SharedFindings()
        self._shared_repairs = SharedRepairs()
        self._alike: dict[str, list[int]] = {}
        self.file_edits: list[Edit] = []

    # ------------------------------------------------------------------ file

    def judge_file(self, file: InputFile, work: Sequence[Work]) -> None:
        """Run the rules on the file as a whole."""
        self._alike = _said_once(self._settings.ruleset, work)
        for finding in self._settings.ruleset.run(file, self._context):
            if not self._repair_file(finding, work):
                self._place_in_file(finding, work)

    def _repair_file(self, finding: Finding, work: Sequence[Work]) -> bool:
        repair, location = finding.repair, finding.location
        if repair is None or location is None:
            return False
        if not self._settings.repairs(repair.tier, finding.rule, ""):
            return False
        self.file_edits += repair.edits
        made = AppliedRepair(
            rule=finding.rule,
            tier=repair.tier,
            title=repair.title,
            location=location,
            before="".join(edit.before for edit in repair.edits),
            after="".join(edit.after for edit in repair.edits),
        )
        self._shared_repairs.add(made, _all_ordinals(work))
        return True

    def _place_in_file(self, finding: Finding, work: Sequence[Work]) -> None:
        finding = in_force(finding, None, self._settings)
        offset = finding.location.byte_start if finding.location else -1
        inside = next((w for w in work if w.plan.span.start <= offset < w.plan.span.end), None)
        if inside is None:
            self._shared.add(finding, _all_ordinals(_concerned(finding, offset, work)))
            return
        transaction = inside.plan.read(self._source)
        self._keep(Locator(transaction).place(finding), transaction, None)

    # ----------------------------------------------------------- transaction

    def judge(self, work: Work) -> None:
        """Run the rules on one transaction set, as far as any may have something to say about it."""
        if not work.needs_rules:
            self._draft(work, ())
            return
        transaction = self._complete(work)
        awake = work.awake
        relocator = None
        if work.plan.edits:
            relocator = Relocator(work.plan.read_text(self._source), work.plan.span)
        for placed in examine(transaction, self._settings.ruleset, self._context, work.errors, awake):
            self._keep(placed, transaction, relocator)
        if work.withdrawn:
            for finding in self._settings.ruleset.run(WithdrawnRepairs(transaction), self._context):
                self._keep(PlacedFinding(finding, None), transaction, None)
        self._draft(work, awake)
        for claim in transaction.claims:
            if claim.ordinal in awake:
                self._drafts[claim.ordinal] = draft_claim(claim, transaction, self._context)
        self._keep_repairs(work)
        work.transaction = None

    def _complete(self, work: Work) -> Transaction:
        """Return the claims to be judged; what was kept may lack claims that were woken since."""
        transaction = work.read(self._source)
        if work.is_regular and len(transaction.claims) < len(work.awake):
            return work.excerpt(self._source, work.awake)
        return transaction

    def _draft(self, work: Work, awake: Collection[int]) -> None:
        for ordinal, glance in zip(work.plan.ordinals, work.glances, strict=True):
            if ordinal not in awake:
                self._drafts[ordinal] = draft_glance(glance, ordinal, work.plan)
        # What they said stands in the drafts now.
        work.glances = []

    def _keep(self, placed: PlacedFinding, transaction: Transaction, relocator: Relocator | None) -> None:
        finding = in_force(placed.finding, placed.owner, self._settings)
        if relocator is not None:
            finding = relocator.finding(finding)
        if isinstance(placed.owner, Claim) and not finding.once:
            finding = waived(finding, placed.owner, self._settings) or finding
            self._findings.setdefault(placed.owner.ordinal, []).append(finding)
        else:
            ordinals = self._inheriting(finding, placed.claims(transaction))
            if ordinals or not self._settings.waivers:
                self._shared.add(finding, self._alike.get(finding.rule, ordinals))

    def _inheriting(self, finding: Finding, claims: Iterable[Claim]) -> list[int]:
        """Return the claims that inherit a finding; where a person released it, it is the claim's own."""
        ordinals = []
        for claim in claims:
            released = waived(finding, claim, self._settings)
            if released is None:
                ordinals.append(claim.ordinal)
            else:
                self._findings.setdefault(claim.ordinal, []).append(released)
        return ordinals

    def _keep_repairs(self, work: Work) -> None:
        for owned in work.repairs:
            if owned.claim is None:
                self._shared_repairs.add(owned.repair, owned.affects)
            else:
                self._repairs[owned.claim].append(owned.repair)

    # -------------------------------------------------------------- verdicts

    def verdicts(self) -> Verdicts:
        """Return every claim's verdict and what stands above the claims."""
        charges = {ordinal: draft.charge for ordinal, draft in self._drafts.items()}
        shared = self._shared.collected(charges)
        where, void = dispositions(self._findings, self._drafts, shared, self._settings.mode)
        if self._settings.whole_file:
            shared += self._keep_file(where)
        claims = tuple(self._verdict(draft, where, void) for _, draft in sorted(self._drafts.items()))
        return Verdicts(claims, tuple(shared), self._shared_repairs.collected())

    def _keep_file(self, where: dict[int, Disposition]) -> list[SharedFinding]:
        """Hold every claim that would pass when another one of the file does not."""
        passing = [n for n in sorted(self._drafts) if where.get(n, Disposition.CLEAN) is Disposition.CLEAN]
        blocked = len(self._drafts) - len(passing)
        if not blocked or not passing:
            return []
        where.update(dict.fromkeys(passing, Disposition.HELD))
        kept = KeptFile(blocked, len(passing))
        findings = self._settings.ruleset.run(kept, self._context)
        return [SharedFinding(finding, tuple(passing)) for finding in findings]

    def _verdict(self, draft: ClaimOutcome, where: Mapping[int, Disposition], void: set[int]) -> ClaimOutcome:
        ordinal = draft.ordinal
        if ordinal not in where and ordinal not in self._repairs:
            return draft
        return replace(
            draft,
            disposition=where.get(ordinal, draft.disposition),
            findings=_worst_first(f for f in self._findings.get(ordinal, ()) if id(f) not in void),
            repairs=tuple(self._repairs.get(ordinal, ())),
        )


def _said_once(ruleset: Ruleset, work: Iterable[Work]) -> dict[str, list[int]]:
    """Return, for each rule that only one claim of the file is asked about, all that it is true of."""
    shown = [
        (ordinal, glance.signs)
        for item in work
        for ordinal, glance in zip(item.plan.ordinals, item.glances, strict=True)
        if glance.signs & ONCE.value
    ]
    if not shown:
        return {}
    return {
        code: [ordinal for ordinal, signs in shown if signs & rule.signs.value]
        for code, rule in ruleset.rules.items()
        if rule.signs & ONCE
    }


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    def rank(finding: Finding) -> tuple[int, int, str]:
        return (-finding.severity, finding.line or 0, finding.rule)

    return tuple(sorted(findings, key=rank))


def _all_ordinals(work: Iterable[Work]) -> list[int]:
    return [ordinal for item in work for ordinal in item.plan.ordinals]


def _concerned(finding: Finding, offset: int, work: Sequence[Work]) -> list[Work]:
    """Return the transaction sets in the functional group or interchange that a finding is about."""
    if finding.location is None or finding.once:
        return list(work)
    groups = [w for w in work if _holds(w.plan.span.group.gs, w.plan.span.group.ge, offset)]
    if groups:
        return groups
    interchanges = [w for w in work if _in_interchange(w, offset)]
    return interchanges or list(work)


def _holds(first: Segment, last: Segment | None, offset: int) -> bool:
    return last is not None and first.chunk.start <= offset < last.chunk.end


def _in_interchange(work: Work, offset: int) -> bool:
    interchange = work.plan.span.group.interchange
    return _holds(interchange.isa, interchange.iea, offset)

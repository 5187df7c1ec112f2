"""The second pass: every rule on the repaired text, then a verdict for every claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_guard.engine.examined import Examined, Found, Keeper
from edi_guard.engine.judged import DISPOSITIONS, Charges, ClaimRecords, JudgedClaims, claim_record
from edi_guard.engine.outcome import AppliedRepair, SharedFinding, SharedRepair
from edi_guard.engine.shared import SharedFindings, SharedRepairs
from edi_guard.engine.verdicts import dispositions, in_force, raise_to
from edi_guard.findings import Disposition
from edi_guard.ordinals import Ordinals
from edi_guard.rules.examine import Locator, PlacedFinding
from edi_guard.rules.signs import ONCE
from edi_guard.rules.subjects import KeptFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.engine.crew import Crew
    from edi_guard.engine.examined import Above
    from edi_guard.engine.judged import ClaimRecord
    from edi_guard.engine.settings import Settings
    from edi_guard.engine.work import Work
    from edi_guard.findings import Edit, Finding
    from edi_guard.rules.context import Context
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.rules.subjects import InputFile
    from edi_guard.x12 import Segment, Source


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the second pass found."""

    claims: JudgedClaims
    findings: tuple[SharedFinding, ...]
    repairs: tuple[SharedRepair, ...]


class SecondPass:
    """Judges transaction set after transaction set and collects the verdicts."""

    def __init__(
        self, work: Sequence[Work], claims: int, source: Source, settings: Settings, context: Context
    ) -> None:
        """Begin a file.

        Args:
            work: its transaction sets after the first pass.
            claims: how many claims it has.
            source: the file.
            settings: the rules.
            context: the clock, the tables, the facts of the whole file.
        """
        self._work = work
        self._source = source
        self._settings = settings
        self._context = context
        self._records = ClaimRecords(claims)
        # What was found about claims before their transaction sets were looked at.
        self._early: dict[int, list[Finding]] = {}
        self._shared = SharedFindings()
        self._shared_repairs = SharedRepairs()
        self._alike: dict[str, Ordinals] = {}
        self.file_edits: list[Edit] = []

    # ------------------------------------------------------------------ file

    def judge_file(self, file: InputFile) -> None:
        """Run the rules on the file as a whole."""
        self._alike = _said_once(self._settings.ruleset, self._work)
        for finding in self._settings.ruleset.run(file, self._context):
            if not self._repair_file(finding):
                self._place_in_file(finding)

    def _repair_file(self, finding: Finding) -> bool:
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
        self._shared_repairs.add(made, _all_ordinals(self._work))
        return True

    def _place_in_file(self, finding: Finding) -> None:
        finding = in_force(finding, None, self._settings)
        offset = finding.location.byte_start if finding.location else -1
        around = [w for w in self._work if w.plan.span.start <= offset < w.plan.span.end]
        if not around:
            self._shared.add(finding, _all_ordinals(_concerned(finding, offset, self._work)))
        for inside in around:
            self._place_inside(finding, inside)

    def _place_inside(self, finding: Finding, work: Work) -> None:
        transaction = work.plan.read(self._source)
        placed = Locator(transaction).place(finding)
        if work.plan.section is not None:
            # Of a transaction set that is read in sections, only ST and SE are faulty in the file's eyes.
            placed = PlacedFinding(finding, None)
        found = Found()
        Keeper(self._settings, found).keep(placed, transaction, None)
        transaction.dissolve()
        for ordinal, findings in found.of_claims.items():
            self._early.setdefault(ordinal, []).extend(findings)
        self._take_shared(found.shared, ())

    # ----------------------------------------------------------- transaction

    def judge_all(self, crew: Crew) -> None:
        """Run the rules on every transaction set, as far as any may have something to say about it.

        Args:
            crew: examines the transaction sets.

        Raises:
            WorkerDiedError: a process died.
        """
        work = self._work
        needed = [number for number, item in enumerate(work) if item.needs_rules]
        following = 0
        groups = _evenly(needed, work, crew.claims_at_once)
        for numbers, answers in zip(groups, crew.examine(work, groups, self._early), strict=True):
            for number, examined in zip(numbers, answers, strict=True):
                self._pass_over(work[following:number])
                self._take(work[number], examined)
                following = number + 1
        self._pass_over(work[following:])

    def _take(self, work: Work, examined: Examined) -> None:
        self._take_shared(examined.shared, (work.plan.span.ordinal,))
        records = examined.records
        seen = {record.ordinal for record in records}
        for ordinal in work.plan.ordinals if self._early else ():
            if ordinal in self._early and ordinal not in seen:
                records.append(claim_record(work.draft(ordinal), self._early[ordinal]))
        for record in sorted(records, key=_ordinal):
            self._records.add(record)
        for owned in work.repairs:
            if owned.claim is None:
                self._shared_repairs.add(owned.repair, owned.affects)
        work.transaction = None

    def _take_shared(self, shared: Iterable[Above], rank: tuple[int, ...]) -> None:
        """Take findings above claims; of sections of a transaction set, in the order of the whole."""
        for found in shared:
            finding = found.finding
            full_rank = (*rank, *found.rank) if rank else ()
            self._shared.add(finding, self._alike.get(finding.rule, found.ordinals), full_rank)

    def _pass_over(self, some: Iterable[Work]) -> None:
        """Take transaction sets that no rule has to look at."""
        for work in some if self._early else ():
            for ordinal in work.plan.ordinals:
                if ordinal in self._early:
                    self._records.add(claim_record(work.draft(ordinal), self._early[ordinal]))

    # -------------------------------------------------------------- verdicts

    def verdicts(self) -> Verdicts:
        """Return every claim's verdict and what stands above the claims."""
        shared = self._shared.collected(Charges(self._work).of)
        worst = bytearray(self._records.worst)
        for item in shared:
            raise_to(worst, item.affects, item.finding.severity)
        where, void = dispositions(worst, self._records.provisional, self._settings.mode)
        if self._settings.whole_file:
            where, kept = self._keep_file(where)
            shared += kept
        claims = JudgedClaims(self._work, self._records, where, void)
        return Verdicts(claims, tuple(shared), self._shared_repairs.collected())

    def _keep_file(self, where: bytes) -> tuple[bytes, list[SharedFinding]]:
        """Hold every claim that would pass when another one of the file does not."""
        clean, held = DISPOSITIONS.index(Disposition.CLEAN), DISPOSITIONS.index(Disposition.HELD)
        passing = Ordinals(ordinal for ordinal in range(1, len(where)) if where[ordinal] == clean)
        blocked = len(where) - 1 - len(passing)
        if not blocked or not passing:
            return where, []
        kept = KeptFile(blocked, len(passing))
        findings = self._settings.ruleset.run(kept, self._context)
        table = bytes(held if one == clean else one for one in range(256))
        return where.translate(table), [SharedFinding(finding, passing) for finding in findings]


def _evenly(needed: Sequence[int], work: Sequence[Work], claims_at_once: int) -> list[list[int]]:
    """Return the numbers of transaction sets in groups of about the same work."""
    groups: list[list[int]] = []
    claims = claims_at_once
    for number in needed:
        if claims >= claims_at_once:
            groups.append([])
            claims = 0
        groups[-1].append(number)
        claims += len(work[number].awake)
    return groups


def _said_once(ruleset: Ruleset, work: Sequence[Work]) -> dict[str, Ordinals]:
    """Return, for each rule that only one claim of the file is asked about, all that it is true of."""
    if not any(item.glances.all_signs & ONCE.value for item in work):
        return {}
    return {
        code: Ordinals(_showing(work, rule.signs.value))
        for code, rule in ruleset.rules.items()
        if rule.signs & ONCE
    }


def _showing(work: Iterable[Work], signs: int) -> Iterator[int]:
    """Yield the claims that show any of some signs, by ordinal."""
    for item in work:
        if item.glances.all_signs & signs:
            for ordinal, shown in zip(item.plan.ordinals, item.glances.signs, strict=True):
                if shown & signs:
                    yield ordinal


def _ordinal(record: ClaimRecord) -> int:
    return record.ordinal


def _all_ordinals(work: Iterable[Work]) -> Ordinals:
    return Ordinals(runs=(item.plan.ordinals for item in work))


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

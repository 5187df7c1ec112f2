"""The verdicts of a file's claims: made again from what is kept of them whenever they are asked for.

Most claims are clean and nothing is said of them: what a glance saw is all there is. What was found about
the others stands in a spool. So a file of a million claims costs little more than its glances.
"""

from __future__ import annotations

import pickle
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple, overload

from edi_guard.engine.drafts import draft_glance
from edi_guard.engine.outcome_claims import JudgedOrdinal, OutcomeClaims
from edi_guard.findings import Disposition, Severity
from edi_guard.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from edi_guard.engine.outcome import ClaimOutcome
    from edi_guard.engine.work import Work
    from edi_guard.findings import Finding
    from edi_guard.ordinals import Ordinals

DISPOSITIONS: Final = tuple(Disposition)
_CLEAN: Final = DISPOSITIONS.index(Disposition.CLEAN)


class Provisional(NamedTuple):
    """A finding that counts only while none of some claims leaves clean (`Finding.unless_released`).

    Attributes:
        place: its number among the claim's findings, counted from 0.
        severity: how bad it is.
        unless_released: the claims, by ordinal.
    """

    place: int
    severity: Severity
    unless_released: tuple[int, ...]


class ClaimRecord(NamedTuple):
    """What was found about a claim, ready to be kept or to be handed to another process.

    Attributes:
        ordinal: the claim's.
        worst: the severity of its worst finding, provisional ones apart.
        provisional: the findings that count only under a condition.
        severities: the severities of all its findings.
        repairs: how many repairs were made on it.
        data: its outcome, with all findings and clean, pickled.
    """

    ordinal: int
    worst: Severity
    provisional: tuple[Provisional, ...]
    severities: tuple[Severity, ...]
    repairs: int
    data: bytes


def claim_record(draft: ClaimOutcome, findings: Iterable[Finding]) -> ClaimRecord:
    """Return what is kept of a claim.

    Args:
        draft: its outcome without findings, but with its repairs.
        findings: about the claim and its lines, in any order.
    """
    ordered = tuple(sorted(findings, key=_rank))
    certain = [finding.severity for finding in ordered if not finding.unless_released]
    return ClaimRecord(
        draft.ordinal,
        max(certain, default=Severity.INFO),
        tuple(
            Provisional(place, finding.severity, finding.unless_released)
            for place, finding in enumerate(ordered)
            if finding.unless_released
        ),
        tuple(finding.severity for finding in ordered),
        len(draft.repairs),
        pickle.dumps(replace(draft, findings=ordered), pickle.HIGHEST_PROTOCOL),
    )


def _rank(finding: Finding) -> tuple[int, int, str]:
    return (-finding.severity, finding.line or 0, finding.rule)


class ClaimRecords:
    """What was found about claims, by ordinal.

    Attributes:
        worst: for each ordinal, the severity of the worst finding of the claim's own.
        provisional: the findings that count only under a condition, by ordinal.
        severities: how many findings have each severity.
        repairs: how many repairs were made on claims.
    """

    def __init__(self, claims: int) -> None:
        """Begin without any; `claims` is how many claims the file has."""
        self.worst = bytearray(claims + 1)
        self.provisional: dict[int, tuple[Provisional, ...]] = {}
        self.severities: Counter[Severity] = Counter()
        self.repairs = 0
        self._spool = Spool()
        self._ordinals = array("Q")
        self._remarkable = array("Q")
        self._places = array("Q")
        self._lengths = array("L")

    @property
    def remarkable(self) -> Sequence[int]:
        """The claims of which there is a finding, counting or not, or a repair; by ordinal, ascending."""
        return self._remarkable

    def add(self, record: ClaimRecord) -> None:
        """Keep a record; its ordinal is higher than those before."""
        self._ordinals.append(record.ordinal)
        self._places.append(self._spool.append(record.data))
        self._lengths.append(len(record.data))
        if record.severities or record.repairs:
            self._remarkable.append(record.ordinal)
        self.worst[record.ordinal] = record.worst
        if record.provisional:
            self.provisional[record.ordinal] = record.provisional
        self.severities.update(record.severities)
        self.repairs += record.repairs

    def find(self, ordinal: int) -> ClaimOutcome | None:
        """Return the outcome of a claim as it was kept; None where there is no record."""
        index = bisect_left(self._ordinals, ordinal)
        if index == len(self._ordinals) or self._ordinals[index] != ordinal:
            return None
        data = self._spool.read(self._places[index], self._lengths[index])
        # Written by this program, into a file that only it can reach.
        outcome: ClaimOutcome = pickle.loads(data)  # noqa: S301
        return outcome


class JudgedClaims(OutcomeClaims):
    """The outcomes of all claims of a file, in file order; `self[0]` is that of ordinal 1."""

    def __init__(
        self,
        work: Sequence[Work],
        records: ClaimRecords,
        where: bytes,
        void: Mapping[int, Collection[int]],
    ) -> None:
        """Take what was found.

        Args:
            work: the transaction sets.
            records: what was found about claims.
            where: for each ordinal, the number of its disposition in `DISPOSITIONS`.
            void: the numbers of the provisional findings that do not count, by ordinal.
        """
        self._plans = [item.plan for item in work]
        self._glances = [item.glances for item in work]
        self._starts = array("Q", (plan.first_ordinal for plan in self._plans))
        self._records = records
        self._where = where
        self._void = void

    def __len__(self) -> int:
        return len(self._where) - 1

    @overload
    def __getitem__(self, index: int) -> ClaimOutcome: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ClaimOutcome]: ...

    def __getitem__(self, index: int | slice) -> ClaimOutcome | Sequence[ClaimOutcome]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        ordinal = (index if index >= 0 else len(self) + index) + 1
        if not 1 <= ordinal <= len(self):
            raise IndexError(index)
        number = self._number(ordinal)
        plan = self._plans[number]
        return self._judged(ordinal) or self._plain(number, ordinal - plan.first_ordinal)

    def __iter__(self) -> Iterator[ClaimOutcome]:
        for plan in self._plans:
            yield from self.within(plan.ordinals)

    def within(self, ordinals: range) -> Iterator[ClaimOutcome]:
        """Yield the outcomes of a transaction set's claims."""
        if not ordinals:
            return iter(())
        number = self._number(ordinals.start)
        own = self._plans[number].ordinals
        return self._some(number, range(ordinals.start, min(ordinals.stop, own.stop), ordinals.step))

    def remarkable(self) -> Iterator[ClaimOutcome]:
        """Yield the claims that are not clean, or of which there is something to say."""
        ordinals = self._records.remarkable
        following = 0
        for number, plan in enumerate(self._plans):
            first, stop = plan.first_ordinal, plan.ordinals.stop
            end = bisect_left(ordinals, stop, following)
            chosen = set(ordinals[following:end])
            following = end
            where = self._where[first:stop]
            if where.count(_CLEAN) < len(where):
                chosen.update(first + index for index, one in enumerate(where) if one != _CLEAN)
            for claim in self._some(number, sorted(chosen)):
                if claim.findings or claim.repairs or claim.disposition is not Disposition.CLEAN:
                    yield claim

    def _some(self, number: int, ordinals: Collection[int]) -> Iterator[ClaimOutcome]:
        """Yield the outcomes of some claims of a transaction set."""
        if not ordinals:
            return
        plan = self._plans[number]
        glances = self._glances[number].some(ordinal - plan.first_ordinal for ordinal in ordinals)
        for ordinal, glance in zip(ordinals, glances, strict=True):
            yield self._judged(ordinal) or self._at(draft_glance(glance, ordinal, plan))

    def _number(self, ordinal: int) -> int:
        """Return the number of the transaction set in which a claim stands, counted from 0."""
        return bisect_right(self._starts, ordinal) - 1

    def _plain(self, number: int, index: int) -> ClaimOutcome:
        plan = self._plans[number]
        return self._at(draft_glance(self._glances[number][index], plan.first_ordinal + index, plan))

    def _at(self, draft: ClaimOutcome) -> ClaimOutcome:
        where = self._where[draft.ordinal]
        return draft if where == _CLEAN else replace(draft, disposition=DISPOSITIONS[where])

    def _judged(self, ordinal: int) -> ClaimOutcome | None:
        kept = self._records.find(ordinal)
        if kept is None:
            return None
        void = self._void.get(ordinal)
        if void:
            counting = (f for n, f in enumerate(kept.findings) if n not in void)
            kept = replace(kept, findings=tuple(counting))
        return self._at(kept)

    # ---------------------------------------------------------------- summed

    def dispositions(self) -> Iterator[JudgedOrdinal]:
        """Yield where each claim goes."""
        return (JudgedOrdinal(n, DISPOSITIONS[self._where[n]]) for n in range(1, len(self._where)))

    def count_of(self, disposition: Disposition) -> int:
        """Return how many claims have a disposition."""
        # The first one belongs to no claim.
        return self._where.count(DISPOSITIONS.index(disposition), 1)

    def charge_of(self, disposition: Disposition | None = None) -> Decimal:
        """Return the charges of all claims, or of those with a disposition, in dollars."""
        total = Decimal(0)
        wanted = None if disposition is None else DISPOSITIONS.index(disposition)
        for plan, glances in zip(self._plans, self._glances, strict=True):
            where = self._where[plan.first_ordinal : plan.ordinals.stop]
            if wanted is None or where.count(wanted) == len(where):
                total += glances.total
            elif wanted in where:
                total += glances.total_of({index for index, one in enumerate(where) if one == wanted})
        return total

    def repair_count(self) -> int:
        """Return how many repairs were made on claims."""
        return self._records.repairs

    def severities(self) -> Counter[Severity]:
        """Return how many findings of claims have each severity."""
        found = self._records.severities.copy()
        for ordinal, places in self._void.items():
            severities = {one.place: one.severity for one in self._records.provisional[ordinal]}
            found.subtract(severities[place] for place in places)
        return found


class Charges:
    """What the claims of a file charge."""

    def __init__(self, work: Sequence[Work]) -> None:
        """Take the file's transaction sets."""
        self._work = work
        self._starts = array("Q", (item.plan.first_ordinal for item in work))

    def of(self, ordinals: Ordinals) -> Decimal:
        """Return the charges of some claims, in dollars."""
        work, total = self._work, Decimal(0)
        for run in ordinals.runs:
            for number in range(max(0, bisect_right(self._starts, run.start) - 1), len(work)):
                plan, glances = work[number].plan, work[number].glances
                first = plan.first_ordinal
                if first >= run.stop:
                    break
                begin, end = max(run.start, first), min(run.stop, plan.ordinals.stop)
                total += glances.total_of(range(begin - first, end - first))
        return total

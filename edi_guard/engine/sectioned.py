"""Makes one transaction set again of the sections in which the first pass took it.

What stands above the claims was seen in every section that carries it along: its repairs are listed once, and
the segments that repairs added to any section are counted in the one SE.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.engine.outcome import AppliedRepair
from edi_guard.findings import Edit
from edi_guard.ordinals import OrdinalCollector
from edi_guard.repair import RECOUNTED, AddedSegments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edi_guard.engine.work import Work
    from edi_guard.guide import GuideError

Signature = tuple[object, ...]


class RepairsWithdrawnError(Exception):
    """The guide objects to what repairs made of a transaction set: it is to be read again, without them.

    Attributes:
        ordinal: of the transaction set, counted from 0 in the file.
    """

    def __init__(self, ordinal: int) -> None:
        super().__init__(f"the repairs of transaction set {ordinal + 1} are taken back")
        self.ordinal = ordinal


@dataclass(frozen=True, slots=True)
class OwnedRepair:
    """A repair that was made, with the claim it was made on or the claims that inherit it.

    Attributes:
        rank: orders repairs of sections of a transaction set as if it had been repaired whole.
    """

    repair: AppliedRepair
    claim: int | None
    affects: Sequence[int]
    rank: tuple[int, ...] = ()


class Mending(NamedTuple):
    """What repairs did to a section, as far as only all sections together can settle it.

    Attributes:
        added: segments that are to be counted.
        objected: what the guide has against the section after repair.
        known: the same before repair; None where nobody asked yet.
    """

    added: tuple[AddedSegments, ...]
    objected: frozenset[Signature]
    known: frozenset[Signature] | None


def signature(error: GuideError) -> Signature:
    """Return what an error says, without the segment's number: an added segment shifts those behind it."""
    return (error.level, error.segment, error.element, error.component, error.code)


def join_sections(work: Sequence[Work], ask: Callable[[Work], frozenset[Signature]]) -> None:
    """Settle what only all sections of a transaction set together can.

    Args:
        work: the sections, in order.
        ask: returns what the guide has against a section before repair.

    Raises:
        RepairsWithdrawnError: the guide objects to the repairs' result.
    """
    if not any(section.repairs for section in work):
        return
    if _objects_more(work, ask):
        raise RepairsWithdrawnError(work[0].plan.span.ordinal)
    shared = [*_shared(work), *_recounts(work)]
    shared.sort(key=_rank)
    for section in work:
        section.repairs = tuple(owned for owned in section.repairs if owned.claim is not None)
    work[0].repairs = (*shared, *work[0].repairs)


def _rank(owned: OwnedRepair) -> tuple[int, ...]:
    return owned.rank


def _objects_more(work: Sequence[Work], ask: Callable[[Work], frozenset[Signature]]) -> bool:
    """Whether the guide objects to something after repair that it did not object to before."""
    new: set[Signature] = set()
    for section in work:
        if section.mending is not None:
            new |= section.mending.objected
    for section in work:
        if new and section.mending is not None and section.mending.known is not None:
            new -= section.mending.known
    for section in work:
        if new and section.mending is not None and section.mending.known is None:
            new -= ask(section)
    return bool(new)


def _shared(work: Sequence[Work]) -> list[OwnedRepair]:
    """Return the repairs above the claims, each once and for all claims that inherit it."""
    found: dict[AppliedRepair, tuple[tuple[int, ...], OrdinalCollector]] = {}
    for section in work:
        for owned in section.repairs:
            if owned.claim is None:
                found.setdefault(owned.repair, (owned.rank, OrdinalCollector()))[1].update(owned.affects)
    return [
        OwnedRepair(repair, None, collector.collected(), rank) for repair, (rank, collector) in found.items()
    ]


# Behind all repairs of its round.
_LAST = (99,)


def _recounts(work: Sequence[Work]) -> list[OwnedRepair]:
    """Count the segments that repairs added in SE01, and return this as repairs, one for each round."""
    added = [one for section in work if section.mending is not None for one in section.mending.added]
    last = work[-1]
    if not added or last.plan.section is None:
        return []
    claims = range(work[0].plan.first_ordinal, last.plan.ordinals.stop)
    trailer = last.plan.section.trailer
    begun = min(added, key=_number)
    said, count = begun.said, trailer.number
    made: list[OwnedRepair] = []
    for number in sorted(set(map(_number, added))):
        here = [one for one in added if one.number == number]
        count += sum(one.own for one in here)
        first = min(here, key=_rank_of_added)
        # What was written by an earlier round stands where the next character of the file does.
        origin = begun.origin + len(begun.said) if made else begun.origin
        location = first.location.moved(origin, origin + len(said), trailer.number)
        repair = AppliedRepair(first.rule, first.tier, RECOUNTED, location, said, str(count))
        made.append(OwnedRepair(repair, None, claims, (number, *_LAST)))
        said = str(count)
    edits = sorted((*last.plan.edits, Edit(begun.origin, begun.said, said)), key=_start)
    last.plan = replace(last.plan, edits=tuple(edits))
    return made


def _number(added: AddedSegments) -> int:
    return added.number


def _rank_of_added(added: AddedSegments) -> tuple[int, ...]:
    return added.rank


def _start(edit: Edit) -> tuple[int, int]:
    return (edit.start, edit.end)

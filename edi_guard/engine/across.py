"""Between the passes: what a claim shows only beside the other claims of the file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.engine.glances import NO_CENTS
from edi_guard.rules.edit_signs import signs_of_services
from edi_guard.rules.signs import ONCE, Sign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from edi_guard.engine.glance import ClaimGlance
    from edi_guard.engine.glances import Glances
    from edi_guard.engine.work import Work
    from edi_guard.rules.context import Context
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.x12 import Source

# So many claims are compared at a time: what they have in common takes much more room than they do.
_AT_ONCE: Final = 200_000
_SLOTS_PER_CLAIM: Final = 4
_TAKEN: Final = 1
_SHARED: Final = 2
_ALIKE: Final = Sign.DUPLICATE.value


class _Place(NamedTuple):
    """A claim: its transaction set, and its number therein, both counted from 0."""

    work: int
    claim: int


def look_across(work: Sequence[Work], source: Source, ruleset: Ruleset, context: Context) -> None:
    """Wake claims that are alike, and complete the facts that awake claims will ask for.

    Args:
        work: the file's transaction sets after the first pass.
        source: the file.
        ruleset: the rules in force.
        context: its facts are completed.
    """
    # The claims whose facts will be asked for, by transaction set.
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    for marks in (_marks_of_ids, _marks_of_charges):
        for group in _groups(work, marks):
            for place in group:
                work[place.work].glances.wake(place.claim, _ALIKE, ruleset.woken_by(_ALIKE))
                wanted[place.work].add(place.claim)
    if any(item.glances.has_services for item in work):
        _wake_edited(work, ruleset, context)
    _wake_released(work, ruleset, context)
    _wake_first(work, ruleset)
    for group in _groups(work, _marks_of_patients):
        if any(work[place.work].glances.needs_look(place.claim) for place in group):
            for place in group:
                wanted[place.work].add(place.claim)
    for number, indexes in sorted(wanted.items()):
        _add_facts(work[number], indexes, source, context)


def _marks_of_ids(glances: Glances) -> Iterable[int]:
    return map(hash, glances.ids)


def _marks_of_charges(glances: Glances) -> Iterable[int]:
    cents = glances.cents
    marks = list(map(hash, zip(glances.patients, cents, strict=True)))
    for index, glance in glances.odd.items():
        if cents[index] == NO_CENTS:
            marks[index] = hash((glance.patient, glance.charge))
    return marks


def _marks_of_patients(glances: Glances) -> Iterable[int]:
    return glances.patients


def _groups(work: Sequence[Work], marks_of: Callable[[Glances], Iterable[int]]) -> Iterator[list[_Place]]:
    """Yield the claims of the file that share a mark, where more than one does."""
    slots = _taken_slots(work, marks_of)
    portions = 1 + slots.count(_SHARED) // _AT_ONCE
    for portion in range(portions):
        first: dict[int, _Place] = {}
        groups: dict[int, list[_Place]] = {}
        for number, item in enumerate(work):
            for index, mark in enumerate(marks_of(item.glances)):
                slot = mark % len(slots)
                if slots[slot] != _SHARED or slot % portions != portion:
                    continue
                if mark not in first:
                    first[mark] = _Place(number, index)
                elif mark in groups:
                    groups[mark].append(_Place(number, index))
                else:
                    groups[mark] = [first[mark], _Place(number, index)]
        yield from groups.values()


def _taken_slots(work: Sequence[Work], marks_of: Callable[[Glances], Iterable[int]]) -> bytearray:
    """Return a slot for the marks of each remainder: whether none, one or several claims have such a one.

    Most claims share their mark with no other, and are told from the rest without keeping their marks.
    """
    slots = bytearray(1 + _SLOTS_PER_CLAIM * sum(len(item.glances) for item in work))
    size = len(slots)
    for item in work:
        for mark in marks_of(item.glances):
            slot = mark % size
            slots[slot] = _SHARED if slots[slot] else _TAKEN
    return slots


def _wake_edited(work: Sequence[Work], ruleset: Ruleset, context: Context) -> None:
    """Wake a patient's claims of one day whose services show something beside NCCI's tables together."""
    for group in _groups(work, _marks_of_patients):
        found = [(place, work[place.work].glances[place.claim]) for place in group]
        for (here, one), (there, other) in _of_one_day([pair for pair in found if pair[1].services]):
            parts = [service.split(_separator(service)) for service in (*one.services, *other.services)]
            signs = signs_of_services(context.tables, parts)
            for place in (here, there):
                work[place.work].glances.wake(place.claim, signs, ruleset.woken_by(signs))


_Found = tuple[_Place, "ClaimGlance"]


def _of_one_day(group: Sequence[_Found]) -> Iterator[tuple[_Found, _Found]]:
    """Yield the pairs of claims that may have a day in common."""
    in_order = sorted((pair for pair in group if pair[1].first_day), key=lambda pair: pair[1].first_day)
    for at, one in enumerate(in_order):
        for other in in_order[at + 1 :]:
            if other[1].first_day > one[1].last_day:
                break
            yield one, other


def _separator(service: str) -> str:
    """Return the component separator of a procedure element: what stands behind its qualifier."""
    return service[2:3] or ":"


def _wake_released(work: Sequence[Work], ruleset: Ruleset, context: Context) -> None:
    """Wake the claims that may have been released with an earlier file."""
    woken = ruleset.woken_by(Sign.RELEASED.value)
    if context.history is None or not woken:
        return
    by_likeness: defaultdict[int, list[tuple[Glances, int]]] = defaultdict(list)
    for item in work:
        for index, glance in enumerate(item.glances):
            by_likeness[glance.likeness].append((item.glances, index))
        if len(by_likeness) >= _AT_ONCE or item is work[-1]:
            for likeness in context.history.likenesses(by_likeness.keys()):
                for glances, index in by_likeness[likeness]:
                    glances.wake(index, Sign.RELEASED.value, woken)
            by_likeness.clear()


def _wake_first(work: Iterable[Work], ruleset: Ruleset) -> None:
    """Wake the first claim that shows any of the signs of which one claim is enough."""
    once = ONCE.value
    for item in work:
        if not item.glances.all_signs & once:
            continue
        for index, signs in enumerate(item.glances.signs):
            if signs & once:
                item.glances.wake(index, 0, ruleset.woken_by(signs & once))
                once &= ~signs
                if not once:
                    return


def _add_facts(item: Work, indexes: Iterable[int], source: Source, context: Context) -> None:
    """Add the facts of some of a transaction set's claims, as far as they are not there yet."""
    known = item.glances.with_facts
    wanted = {item.plan.first_ordinal + index for index in indexes if not known[index]}
    if wanted:
        for claim in item.excerpt(source, wanted).passing():
            context.facts.add(claim)
            item.glances.note_facts(claim.ordinal - item.plan.first_ordinal)

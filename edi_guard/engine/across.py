"""Between the passes: what a claim shows only beside the other claims of the file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from edi_guard.rules.edit_signs import signs_of_services
from edi_guard.rules.signs import ONCE, Sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.engine.first_pass import Work
    from edi_guard.engine.glance import ClaimGlance
    from edi_guard.rules.context import Context
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.x12 import Source


def look_across(work: Sequence[Work], source: Source, ruleset: Ruleset, context: Context) -> None:
    """Wake claims that are alike, and complete the facts that awake claims will ask for.

    Args:
        work: the file's transaction sets after the first pass.
        source: the file.
        ruleset: the rules in force.
        context: its facts are completed.
    """
    glances = [glance for item in work for glance in item.glances]
    for alike in (
        *_groups((g.id, g) for g in glances),
        *_groups(((g.patient, g.charge), g) for g in glances),
    ):
        for glance in alike:
            glance.signs |= Sign.DUPLICATE.value
            glance.awake |= ruleset.woken_by(Sign.DUPLICATE.value)
    _wake_edited(glances, ruleset, context)
    _wake_released(glances, ruleset, context)
    _wake_first(glances, ruleset)
    patients = {glance.patient for glance in glances if glance.awake}
    for item in work:
        _add_facts(item, patients, source, context)


def _wake_edited(glances: Iterable[ClaimGlance], ruleset: Ruleset, context: Context) -> None:
    """Wake a patient's claims of one day whose services show something beside NCCI's tables together."""
    for group in _groups((glance.patient, glance) for glance in glances if glance.services):
        for one, other in _of_one_day(group):
            parts = [service.split(_separator(service)) for service in (*one.services, *other.services)]
            signs = signs_of_services(context.tables, parts)
            for glance in (one, other):
                glance.signs |= signs
                glance.awake |= ruleset.woken_by(signs)


def _of_one_day(group: Sequence[ClaimGlance]) -> Iterator[tuple[ClaimGlance, ClaimGlance]]:
    """Yield the pairs of claims that may have a day in common."""
    in_order = sorted((glance for glance in group if glance.first_day), key=lambda glance: glance.first_day)
    for at, one in enumerate(in_order):
        for other in in_order[at + 1 :]:
            if other.first_day > one.last_day:
                break
            yield one, other


def _separator(service: str) -> str:
    """Return the component separator of a procedure element: what stands behind its qualifier."""
    return service[2:3] or ":"


def _wake_released(glances: Iterable[ClaimGlance], ruleset: Ruleset, context: Context) -> None:
    """Wake the claims that may have been released with an earlier file."""
    if context.history is None or not ruleset.woken_by(Sign.RELEASED.value):
        return
    by_likeness = defaultdict(list)
    for glance in glances:
        by_likeness[glance.likeness].append(glance)
    for likeness in context.history.likenesses(by_likeness.keys()):
        for glance in by_likeness[likeness]:
            glance.signs |= Sign.RELEASED.value
            glance.awake |= ruleset.woken_by(Sign.RELEASED.value)


def _wake_first(glances: Iterable[ClaimGlance], ruleset: Ruleset) -> None:
    """Wake the first claim that shows any of the signs of which one claim is enough."""
    once = ONCE.value
    for glance in glances:
        if glance.signs & once:
            glance.awake |= ruleset.woken_by(glance.signs & once)
            once &= ~glance.signs
            if not once:
                return


def _groups(keyed: Iterable[tuple[object, ClaimGlance]]) -> list[list[ClaimGlance]]:
    """Return what shares a key, where more than one does."""
    first: dict[object, ClaimGlance] = {}
    groups: defaultdict[object, list[ClaimGlance]] = defaultdict(list)
    for key, glance in keyed:
        known = first.setdefault(key, glance)
        if known is not glance:
            groups[key].append(glance)
    return [[first[key], *others] for key, others in groups.items()]


def _add_facts(item: Work, patients: set[int], source: Source, context: Context) -> None:
    """Add the facts of a transaction set's claims that are awake, or whose patient has one that is."""
    wanted = {
        ordinal
        for ordinal, glance in zip(item.plan.ordinals, item.glances, strict=True)
        if not glance.has_facts and glance.patient in patients
    }
    if wanted:
        for claim in item.excerpt(source, wanted).claims:
            context.facts.add(claim)

"""Suggests which rules should hold claims of which payer, by what payers did.

Chosen on some months and shown on others, so that what is promised was not also what it was chosen by.

A rule of a payer is worth holding for when it saves denied dollars at few paid lines held. Lines are hit by
several rules, so that each next choice counts what the earlier ones leave: the best ratio of dollars saved to
lines wrongly held first, as long as the share of wrongly held lines stays within the limit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.interval import Share
from edi_guard.backtest.judged import LEAST_CASES
from edi_guard.findings import Severity
from edi_guard.rules.envelope_faults import REFUSES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from edi_guard.backtest.judged import JudgedLine

_NOTHING: Final = Decimal(0)
# Of three months, two choose and one shows.
_CHOOSING: Final = 2 / 3

Month = tuple[int, int]
Cell = tuple[str, str]
"""A rule and a payer."""


class SuggestionError(Exception):
    """Nothing can be suggested; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a rule did to a payer's lines in some months.

    Attributes:
        denied: denied lines among the decided hits.
        dollars_denied: what was denied on the hits.
        dollars_paid: what was paid on the hits that were not denied.
    """

    denied: Share
    dollars_denied: Decimal
    dollars_paid: Decimal


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The severity that a rule should have for a payer.

    Attributes:
        rule, payer: for which.
        before: the severity that it has.
        after: the one suggested.
        chosen_on: what it did in the months that it was chosen on.
        shown_on: what it did in the other months.
    """

    rule: str
    payer: str
    before: Severity
    after: Severity
    chosen_on: Evidence
    shown_on: Evidence

    @property
    def is_change(self) -> bool:
        """Whether anything would have to be configured."""
        return self.before is not self.after


@dataclass(frozen=True, slots=True)
class Effect:
    """What is kept back in some months, before and after.

    Attributes:
        caught: denied lines that are kept back, among the denied ones.
        false_holds: lines that were not denied and are kept back, among those not denied.
        dollars_caught: what was denied on lines kept back.
    """

    caught: Share
    false_holds: Share
    dollars_caught: Decimal


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What is suggested, and what it would have done.

    Attributes:
        limit: the share of lines not denied that may be held.
        choosing, showing: the months.
        suggestions: for each rule and payer with cases enough, changes first.
        chosen_on: before and after, in the months that were chosen on.
        shown_on: before and after, in the other months.
    """

    limit: float
    choosing: tuple[Month, ...]
    showing: tuple[Month, ...]
    suggestions: tuple[Suggestion, ...]
    chosen_on: tuple[Effect, Effect]
    shown_on: tuple[Effect, Effect]


def suggest(lines: Iterable[JudgedLine], limit: float) -> Suggestions:
    """Return which severity each rule should have for each payer.

    Left alone are rules in shadow, rules by which a file is refused whole, and rules with fewer than eleven
    decided hits of a payer. A rule that rejects goes on to reject where it is worth to hold.

    Args:
        lines: every sent line, judged.
        limit: the share, between 0 and 1, of lines not denied that may be held.

    Raises:
        SuggestionError: the claims are not of two months at least.
    """
    decided = [line for line in lines if line.is_decided and line.claim.sent is not None]
    choosing, showing = _months(decided)
    chosen_on = [line for line in decided if _month(line) in choosing]
    shown_on = [line for line in decided if _month(line) in showing]
    candidates = _candidates(chosen_on)
    chosen = _choose(chosen_on, candidates, limit)
    after = {
        cell: max(Severity.HOLD, _severity(hits, cell[0])) if cell in chosen else Severity.WARN
        for cell, hits in candidates.items()
    }
    later = _by_cell(shown_on)
    found = [
        Suggestion(
            rule=cell[0],
            payer=cell[1],
            before=_severity(hits, cell[0]),
            after=after[cell],
            chosen_on=_evidence(hits),
            shown_on=_evidence(later.get(cell, ())),
        )
        for cell, hits in candidates.items()
    ]
    found.sort(key=lambda one: (not one.is_change, -one.chosen_on.dollars_denied, one.rule, one.payer))
    return Suggestions(
        limit=limit,
        choosing=choosing,
        showing=showing,
        suggestions=tuple(found),
        chosen_on=(_effect(chosen_on, {}), _effect(chosen_on, after)),
        shown_on=(_effect(shown_on, {}), _effect(shown_on, after)),
    )


def _months(lines: Iterable[JudgedLine]) -> tuple[tuple[Month, ...], tuple[Month, ...]]:
    months = sorted({_month(line) for line in lines})
    if len(months) < 2:
        message = (
            "severities are chosen on some months and shown on others, and the answered claims are of"
            f" {len(months)}: give claims of two months at least"
        )
        raise SuggestionError(message)
    first = min(len(months) - 1, max(1, round(len(months) * _CHOOSING)))
    return tuple(months[:first]), tuple(months[first:])


def _month(line: JudgedLine) -> Month:
    day = line.claim.sent
    return (day.year, day.month) if day is not None else (0, 0)


def _by_cell(lines: Iterable[JudgedLine]) -> dict[Cell, list[JudgedLine]]:
    found: defaultdict[Cell, list[JudgedLine]] = defaultdict(list)
    for line in lines:
        for rule in line.hits:
            if rule not in line.shadow:
                found[rule, line.payer].append(line)
    return dict(found)


def _candidates(lines: Iterable[JudgedLine]) -> dict[Cell, list[JudgedLine]]:
    return {
        cell: hits
        for cell, hits in sorted(_by_cell(lines).items())
        if len(hits) >= LEAST_CASES and cell[0] not in REFUSES
    }


def _severity(hits: Iterable[JudgedLine], rule: str) -> Severity:
    return max(line.hits[rule] for line in hits)


def _choose(
    lines: Sequence[JudgedLine], candidates: Mapping[Cell, Sequence[JudgedLine]], limit: float
) -> set[Cell]:
    """Return the cells to hold for, the best first, within the limit."""
    held = {id(line) for line in lines if _is_held(line, dict.fromkeys(candidates, Severity.WARN))}
    budget = limit * sum(not line.is_denied for line in lines)
    budget -= sum(not line.is_denied for line in lines if id(line) in held)
    waiting = dict(candidates)
    chosen: set[Cell] = set()
    while waiting:
        best = max(waiting, key=lambda cell: _worth(waiting[cell], held))
        saved, wrong = _gain(waiting[best], held)
        hits = waiting.pop(best)
        if saved > 0 and wrong <= budget:
            chosen.add(best)
            budget -= wrong
            held.update(map(id, hits))
    return chosen


def _worth(hits: Iterable[JudgedLine], held: Collection[int]) -> tuple[Decimal, Decimal]:
    saved, wrong = _gain(hits, held)
    # A hundredth of a line stands for none, so that what costs nothing comes first.
    return saved / max(Decimal(wrong), Decimal("0.01")), saved


def _gain(hits: Iterable[JudgedLine], held: Collection[int]) -> tuple[Decimal, int]:
    """Return dollars saved and lines wrongly held, beyond what is held already."""
    new = [line for line in hits if id(line) not in held]
    return sum((line.denied for line in new), _NOTHING), sum(not line.is_denied for line in new)


def _is_held(line: JudgedLine, after: Mapping[Cell, Severity]) -> bool:
    return any(
        after.get((rule, line.payer), severity) >= Severity.HOLD
        for rule, severity in line.hits.items()
        if rule not in line.shadow
    )


def _effect(lines: Sequence[JudgedLine], after: Mapping[Cell, Severity]) -> Effect:
    denied = [line for line in lines if line.is_denied]
    fine = [line for line in lines if not line.is_denied]
    caught = [line for line in denied if _is_held(line, after)]
    return Effect(
        caught=Share(len(caught), len(denied)),
        false_holds=Share(sum(_is_held(line, after) for line in fine), len(fine)),
        dollars_caught=sum((line.denied for line in caught), _NOTHING),
    )


def _evidence(hits: Sequence[JudgedLine]) -> Evidence:
    return Evidence(
        denied=Share(sum(line.is_denied for line in hits), len(hits)),
        dollars_denied=sum((line.denied for line in hits), _NOTHING),
        dollars_paid=sum((line.paid for line in hits if not line.is_denied), _NOTHING),
    )

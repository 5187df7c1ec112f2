"""What would be different under another configuration, on the same claims and answers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.interval import Share
from edi_guard.backtest.measure import Total, measure_all
from edi_guard.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edi_guard.backtest.judged import JudgedLine

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Moved:
    """Lines that only one of two configurations keeps back.

    Attributes:
        lines: how many.
        denied: denied ones among the decided ones.
        dollars_denied: what was denied.
        dollars_paid: what was paid.
    """

    lines: int
    denied: Share
    dollars_denied: Decimal
    dollars_paid: Decimal


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that acts otherwise under the second configuration.

    Attributes:
        rule: its code.
        held: lines that it keeps back under the second configuration, and not under the first.
        released: lines that it keeps back under the first, and not under the second.
    """

    rule: str
    held: Moved
    released: Moved


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two configurations on the same lines.

    Attributes:
        first, second: what all rules together did under each.
        held: lines that only the second keeps back.
        released: lines that only the first keeps back.
        rules: the rules that act otherwise, the most lines first.
    """

    first: Total
    second: Total
    held: Moved
    released: Moved
    rules: tuple[RuleChange, ...]


def compare(first: Sequence[JudgedLine], second: Sequence[JudgedLine]) -> Comparison:
    """Return what a second configuration does otherwise.

    Args:
        first: every sent line, judged under the first configuration.
        second: the same lines in the same order, judged under the second one.

    Raises:
        ValueError: the lines are not the same.
    """
    held: list[JudgedLine] = []
    released: list[JudgedLine] = []
    by_rule: defaultdict[str, tuple[list[JudgedLine], list[JudgedLine]]] = defaultdict(lambda: ([], []))
    for one, other in zip(first, second, strict=True):
        if one.claim.key != other.claim.key or one.line.number != other.line.number:
            message = "the two configurations did not judge the same lines"
            raise ValueError(message)
        if one.is_kept_back != other.is_kept_back:
            (held if other.is_kept_back else released).append(other)
        before, after = _acting(one), _acting(other)
        for rule in after - before:
            by_rule[rule][0].append(other)
        for rule in before - after:
            by_rule[rule][1].append(other)
    changes = [RuleChange(rule, _moved(more), _moved(fewer)) for rule, (more, fewer) in by_rule.items()]
    changes.sort(key=lambda change: (-change.held.lines - change.released.lines, change.rule))
    return Comparison(measure_all(first), measure_all(second), _moved(held), _moved(released), tuple(changes))


def _acting(line: JudgedLine) -> set[str]:
    return {rule for rule, level in line.hits.items() if level >= Severity.HOLD and rule not in line.shadow}


def _moved(lines: Iterable[JudgedLine]) -> Moved:
    known = list(lines)
    decided = [line for line in known if line.is_decided]
    return Moved(
        lines=len(known),
        denied=Share(sum(line.is_denied for line in decided), len(decided)),
        dollars_denied=sum((line.denied for line in known), _NOTHING),
        dollars_paid=sum((line.paid for line in known), _NOTHING),
    )

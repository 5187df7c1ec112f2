"""Sides of the body as modifiers state them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LEFT = "left"
RIGHT = "right"
_BOTH = frozenset({LEFT, RIGHT})
# Eyelids, fingers and toes are numbered left first, right after (HCPCS level II modifiers).
_LEFT = frozenset("LT E1 E2 FA F1 F2 F3 F4 TA T1 T2 T3 T4".split())
_RIGHT = frozenset("RT E3 E4 F5 F6 F7 F8 F9 T5 T6 T7 T8 T9".split())


def sides(modifiers: Iterable[str]) -> frozenset[str]:
    """Return the sides that modifiers name; none when they name no side.

    Modifier 50 names both.
    """
    found: set[str] = set()
    for modifier in modifiers:
        if modifier == "50":
            return _BOTH
        if modifier in _LEFT:
            found.add(LEFT)
        elif modifier in _RIGHT:
            found.add(RIGHT)
    return frozenset(found)


def contradict(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two lines name sides and share none."""
    first, second = sides(one), sides(other)
    return bool(first and second and not first & second)

"""What the loaded code sets say of a code, in words, for the rules that ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.reference import Standing
from edi_guard.reference.days import day_of

if TYPE_CHECKING:
    from datetime import date

    from edi_guard.reference import CodeEntry, CodeSystem
    from edi_guard.rules.context import Context

WRONG: Final = frozenset({Standing.MISSING, Standing.EARLY, Standing.ENDED})


def standing_words(entry: CodeEntry, on: date) -> str:
    """Say how a code stands on a day."""
    if entry.standing is Standing.EARLY:
        return f"is in force from {day_of(entry.first)}, and the date of service is {on}"
    if entry.standing is Standing.ENDED:
        return f"was in force until {day_of(entry.last)}, and the date of service is {on}"
    return f"is not in the code set on {on}"


def is_steady(context: Context, system: CodeSystem, code: str) -> bool:
    """Return whether a code is in force on every day that a file checked today can be about."""
    return context.tables.is_steady(system, code, *context.steady)

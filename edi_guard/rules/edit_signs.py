"""What the services of a claim show beside NCCI's tables, before the claim itself is looked at.

May say more than is so, and never less: days, providers and settings are left to the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.reference import EditSetting, TableKind
from edi_guard.rules.ncci import ASSOCIATED, NEEDS_EVIDENCE
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.reference import ReferenceTables

EDIT_KINDS: Final = (TableKind.PAIRS, TableKind.UNITS, TableKind.ADD_ON)


def signs_of_services(tables: ReferenceTables, services: Sequence[Sequence[str]]) -> int:
    """Return what services show together, as bits of `Sign`.

    Args:
        tables: what is loaded.
        services: the components of their procedure elements: qualifier, code, modifiers.
    """
    known = [(parts[1], frozenset(parts[2:6])) for parts in services if len(parts) > 1 and parts[1]]
    codes = [code for code, _ in known]
    signs = Sign.NONE
    if _may_conflict(tables, known):
        signs |= Sign.PAIRED
    if _may_exceed(tables, codes):
        signs |= Sign.REPEATED_CODE
    if any(tables.is_ever_add_on(code) for code in set(codes)):
        signs |= Sign.ADD_ON
    return signs.value


def _may_conflict(tables: ReferenceTables, services: Sequence[tuple[str, frozenset[str]]]) -> bool:
    for setting in EditSetting:
        if not tables.has_kind(TableKind.PAIRS, setting):
            continue
        for one, its_modifiers in services:
            for other, other_modifiers in services:
                if one == other:
                    continue
                indicators = tables.pair_indicators(setting, one, other)
                used = (its_modifiers | other_modifiers) & ASSOCIATED
                if 0 in indicators or (1 in indicators and not used - NEEDS_EVIDENCE):
                    return True
    return False


def _may_exceed(tables: ReferenceTables, codes: Sequence[str]) -> bool:
    """Whether a code with a limit stands on more than one line."""
    repeated = {code for code in codes if codes.count(code) > 1}
    return any(tables.least_units(setting, code) for setting in EditSetting for code in repeated)

"""The published layouts, in the order in which they are tried. A new table is one module here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.reference.layouts import add_on, fee_schedule, hcpcs, icd10, lists, pairs, units

if TYPE_CHECKING:
    from edi_guard.reference.layout import Layout

LAYOUTS: Final[tuple[Layout, ...]] = (
    pairs.LAYOUT,
    units.LAYOUT,
    add_on.LAYOUT,
    fee_schedule.LAYOUT,
    hcpcs.LAYOUT,
    icd10.ADDENDA,
    icd10.ORDER,
    *lists.LAYOUTS,
)

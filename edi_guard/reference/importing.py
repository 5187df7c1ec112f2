"""Imports files into a store: recognised by their content, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from edi_guard.reference.errors import ReferenceTableError
from edi_guard.reference.kinds import TableKind
from edi_guard.reference.layout import Given
from edi_guard.reference.layouts import LAYOUTS
from edi_guard.reference.sheets import sha256_of, sheets_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edi_guard.reference.layout import Layout, Table
    from edi_guard.reference.sheets import Sheet, Told
    from edi_guard.reference.store import Store

NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one table of a file.

    Attributes:
        name: the table's own file name.
        kind: what it is.
        label: the publisher's name for the version.
        first: its first day as CCYYMMDD, 0 for always.
        rows: how many rows were read.
        setting: whose claims it is for, ``""`` where that makes no difference.
    """

    name: str
    kind: TableKind
    label: str
    first: int
    rows: int
    setting: str = ""


def import_file(
    store: Store,
    path: Path,
    given: Given = NOTHING_GIVEN,
    told: Told = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Imported]:
    """Import every table of a file, or none of them.

    Args:
        store: where they go; a table of the same version and part is replaced.
        path: text, CSV, spreadsheet, or a zip archive of them.
        given: what the file does not say itself.
        told: is told of the bytes read.
        now: the clock.

    Returns:
        what was imported; a table that stands in an archive twice is read once.

    Raises:
        ReferenceTableError: it is no table that is known, or it is damaged; nothing was changed.
    """
    digest = sha256_of(path)
    chosen = _chosen(path, sheets_of(path, told))
    imported = now().isoformat(timespec="seconds")
    done: list[Imported] = []
    with store.transaction():
        for sheet, layout in chosen:
            table = layout.read(sheet, given)
            rows = store.add(table, sheet.name, digest, imported)
            if not rows:
                message = f"{sheet.name}: there is no row of {layout.name} in it"
                raise ReferenceTableError(message)
            done.append(_imported(sheet, table, rows))
    return done


def _imported(sheet: Sheet, table: Table, rows: int) -> Imported:
    return Imported(sheet.name, table.kind, table.label, table.first, rows, table.setting or "")


def _chosen(path: Path, sheets: list[Sheet]) -> list[tuple[Sheet, Layout]]:
    """Return the sheets that are tables, each with its layout; of twins the first."""
    found: list[tuple[Sheet, Layout]] = []
    stems: set[tuple[str, TableKind]] = set()
    for sheet in sheets:
        stem = sheet.name.rpartition(".")[0].lower()
        if sheet.is_spreadsheet and any(stem == known for known, _ in stems):
            continue
        layout = recognised(sheet)
        if layout is not None and (stem, layout.kind) not in stems:
            stems.add((stem, layout.kind))
            found.append((sheet, layout))
    if not found:
        message = (
            f"{path.name}: this is no reference table that edi-guard knows; `edi-guard reference kinds` lists"
            " them, and where they come from"
        )
        raise ReferenceTableError(message)
    kinds = {layout.kind for _, layout in found}
    if TableKind.ICD_10_CM in kinds:
        # The addenda beside an order file say what is in it already.
        found = [one for one in found if one[1].kind is not TableKind.ICD_10_CM_ADDENDA]
    return _without_twins(found)


def _without_twins(found: list[tuple[Sheet, Layout]]) -> list[tuple[Sheet, Layout]]:
    """Drop spreadsheets whose kind a text of the archive holds already.

    Publishers name twins differently. Parts of one table are all of one form.
    """
    texts = {layout.kind for sheet, layout in found if not sheet.is_spreadsheet}
    return [
        (sheet, layout) for sheet, layout in found if not sheet.is_spreadsheet or layout.kind not in texts
    ]


def recognised(sheet: Sheet) -> Layout | None:
    """Return the layout that a sheet has, None when it has none that is known."""
    return next((layout for layout in LAYOUTS if layout.recognises(sheet)), None)

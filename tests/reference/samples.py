"""The invented tables of ``fixtures/tables``, and stores made of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edi_guard.reference import ReferenceTables
from edi_guard.reference.importing import import_file
from edi_guard.reference.layout import Given
from edi_guard.reference.place_of_service import shipped_store
from edi_guard.reference.store import memory_store
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLES: Final = FIXTURES / "tables"
FILES: Final = {
    path.name: path.read_bytes().decode("utf-8")
    for path in sorted(TABLES.iterdir())
    if "addenda" not in path.name
}
PAIRS: Final = FILES["ccipra-v322r0-f1.TXT"]
UNITS: Final = FILES["MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"]
ADD_ON: Final = FILES["AOC_V2026Q4-MCR.txt"]
FEES: Final = FILES["PPRRVU2026_Oct_nonQPP.csv"]
ORDER: Final = FILES["icd10cm_order_2027.txt"]
HCPCS_CSV: Final = FILES["HCPC2026_OCT_ANWEB.csv"]
ADDENDA: Final = (TABLES / "icd10cm_order_addenda_April_1_2027.txt").read_text(encoding="utf-8")


def hcpcs_record(
    code: str, record: str, words: str, added: str = "", ended: str = "", changed: str = ""
) -> str:
    """Return a record of CMS's contractor file of fixed width."""
    line = f"{code:>5}00100{record}{words:<80}"
    return f"{line:<229}C{'':<38}{added:<8}{changed or added:<8}{ended:<8}N".ljust(320)


def tables_of(files: Sequence[tuple[str, str]], first: int | None = None) -> ReferenceTables:
    """Import tables, given as names and texts, into a store of their own, beside the one that ships."""
    store = memory_store("test")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files:
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8", newline="")
            import_file(store, path, Given(first))
    return ReferenceTables([shipped_store(), store])

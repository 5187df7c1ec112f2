"""What a running service notices without being started again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from edi_guard.reference import TableKind
from edi_guard.reference.importing import import_file
from edi_guard.reference.store import open_store
from edi_guard.watch.desk import Desk
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = FIXTURES / "tables" / "ccipra-v322r0-f1.TXT"


def test_tables_that_are_imported_count_with_the_next_file(tmp_path: Path) -> None:
    (tmp_path / "edi-guard.toml").write_text('[reference]\nstore = "tables.sqlite"\n', encoding="utf-8")
    open_store(tmp_path / "tables.sqlite", write=True).close()
    desk = Desk(tmp_path, None, {})
    desk.refresh()
    assert not desk.refresh()
    _, before = desk._built(-1, None, date(2026, 11, 23))
    assert before.tables is not None
    assert not before.tables.has_kind(TableKind.PAIRS)

    store = open_store(tmp_path / "tables.sqlite", write=True)
    import_file(store, PAIRS)
    store.close()

    assert desk.refresh()
    _, after = desk._built(-1, None, date(2026, 11, 23))
    assert after.tables is not None
    assert after.tables.has_kind(TableKind.PAIRS)

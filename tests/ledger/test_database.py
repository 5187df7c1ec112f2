from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from edi_guard.ledger import database as module
from edi_guard.ledger.database import open_database, sqlite_url
from edi_guard.ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@contextlib.contextmanager
def _another_that_makes_it(path: Path) -> Iterator[sqlite3.Connection]:
    """Another process that has begun to write to the new file, which has no write-ahead log yet."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def test_a_ledger_that_another_process_makes_is_waited_for(path: Path) -> None:
    with _another_that_makes_it(path) as other:
        ends = threading.Timer(0.2, other.rollback)
        ends.start()
        open_database(sqlite_url(path)).close()
        ends.join()


def test_a_ledger_that_stays_locked_is_said_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.1)
    with _another_that_makes_it(path), pytest.raises(LedgerError, match="database is locked"):
        open_database(sqlite_url(path))


def test_a_file_that_is_no_database_is_said_so_at_once(path: Path) -> None:
    path.write_text("no database, however long it is waited for\n" * 100)
    with pytest.raises(LedgerError, match="file is not a database"):
        open_database(sqlite_url(path))


def test_of_many_that_make_a_ledger_at_once_each_opens_it(path: Path) -> None:
    together = threading.Barrier(8)
    opened: list[int] = []

    def make(which: int) -> None:
        together.wait()
        open_database(sqlite_url(path)).close()
        opened.append(which)

    threads = [threading.Thread(target=make, args=(which,)) for which in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(opened) == list(range(8))

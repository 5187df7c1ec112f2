"""The SQLite store of imported tables: versions side by side, each with its source and its first day."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from edi_guard.reference.errors import ReferenceTableError
from edi_guard.reference.kinds import EditSetting, TableKind
from edi_guard.reference.layout import AddOnRow, CodeRow, FeeRow, PairRow, UnitsRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edi_guard.reference.layout import Row, Table

SCHEMA_VERSION: Final = 1
_BATCH: Final = 20_000
_BUSY_SECONDS: Final = 30
_PAGE_CACHE_KIB: Final = 64_000
_SCHEMA: Final = """
CREATE TABLE editions (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, setting TEXT NOT NULL, label TEXT NOT NULL,
    first INTEGER NOT NULL, UNIQUE (kind, setting, label));
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, edition INTEGER NOT NULL REFERENCES editions, part TEXT NOT NULL,
    name TEXT NOT NULL, sha256 TEXT NOT NULL, rows INTEGER NOT NULL, imported TEXT NOT NULL,
    UNIQUE (edition, part));
CREATE TABLE systems (edition INTEGER NOT NULL, system TEXT NOT NULL, PRIMARY KEY (edition, system));
CREATE TABLE codes (
    system TEXT, code TEXT, edition INTEGER, first INTEGER, last INTEGER, flag TEXT, text TEXT,
    source INTEGER,
    PRIMARY KEY (system, code, edition, first, last)) WITHOUT ROWID;
CREATE TABLE pairs (
    edition INTEGER, column_1 TEXT, column_2 TEXT, first INTEGER, last INTEGER, indicator INTEGER,
    source INTEGER, PRIMARY KEY (edition, column_1, column_2, first, last, indicator)) WITHOUT ROWID;
CREATE TABLE units (
    edition INTEGER, code TEXT, units INTEGER, adjudication INTEGER, source INTEGER,
    PRIMARY KEY (code, edition)) WITHOUT ROWID;
CREATE TABLE add_ons (
    edition INTEGER, add_on TEXT, primary_code TEXT, type INTEGER, first INTEGER, last INTEGER,
    source INTEGER, PRIMARY KEY (add_on, edition, primary_code, first, last, type)) WITHOUT ROWID;
CREATE TABLE fees (
    edition INTEGER, code TEXT, modifier TEXT, status TEXT, components TEXT, global_days TEXT,
    bilateral TEXT, assistant TEXT, co_surgeons TEXT, team TEXT, source INTEGER,
    PRIMARY KEY (code, edition, modifier)) WITHOUT ROWID;
"""
_ROW_TABLES: Final = ("codes", "pairs", "units", "add_ons", "fees")
# How each type of row is written: the statement, and the values behind edition and source.
_INSERTS: Final[dict[type[object], str]] = {
    CodeRow: "INSERT OR REPLACE INTO codes (edition, source, system, code, first, last, flag, text)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    PairRow: "INSERT OR REPLACE INTO pairs (edition, source, column_1, column_2, first, last, indicator)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)",
    UnitsRow: "INSERT OR REPLACE INTO units (edition, source, code, units, adjudication)"
    " VALUES (?, ?, ?, ?, ?)",
    AddOnRow: "INSERT OR REPLACE INTO add_ons (edition, source, add_on, primary_code, type, first, last)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)",
    FeeRow: "INSERT OR REPLACE INTO fees (edition, source, code, modifier, status, components, global_days,"
    " bilateral, assistant, co_surgeons, team) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
}


_STORES: Final[WeakSet[Store]] = WeakSet()


def _reopen_all() -> None:
    for store in list(_STORES):
        store.reopen()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reopen_all)


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a table in the store.

    Attributes:
        id: its number in the store.
        kind: what it is.
        setting: whose claims it is for; None where that makes no difference.
        label: the publisher's name for it.
        first: the day from which it counts, as CCYYMMDD; 0 for always.
    """

    id: int
    kind: TableKind
    setting: EditSetting | None
    label: str
    first: int


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that an edition was read from.

    Attributes:
        edition: what it belongs to.
        part: which of several files of one version it is.
        name: the file's name.
        sha256: of the file that was given, which may be an archive.
        rows: how many it holds.
        imported: when, in ISO form.
    """

    edition: Edition
    part: str
    name: str
    sha256: str
    rows: int
    imported: str


class Store:
    """A store of tables, on disk or in memory."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        name: str,
        opened: Callable[[], sqlite3.Connection] | None = None,
    ) -> None:
        """Take a connection.

        Args:
            connection: to the store.
            name: how messages call it.
            opened: opens another one; None for a store in memory.
        """
        self.connection = connection
        self.name = name
        self._opened = opened
        self._left: list[sqlite3.Connection] = []
        _STORES.add(self)

    def reopen(self) -> None:
        """Use a connection of this process's own, after a fork: SQLite's must not be shared.

        The old one is left alone, as closing it would be felt where it came from.
        """
        if self._opened is not None:
            self._left.append(self.connection)
            self.connection = self._opened()

    def close(self) -> None:
        """Close it."""
        self.connection.close()

    def editions(self) -> list[Edition]:
        """Return all versions, by kind, setting and day."""
        found = self._rows(
            "SELECT id, kind, setting, label, first FROM editions ORDER BY kind, setting, first, id"
        )
        return [
            Edition(number, TableKind(kind), EditSetting(setting) if setting else None, label, first)
            for number, kind, setting, label, first in found
        ]

    def sources(self) -> list[SourceFile]:
        """Return every file that was imported, in order of the editions."""
        editions = {edition.id: edition for edition in self.editions()}
        found = self._rows(
            "SELECT edition, part, name, sha256, rows, imported FROM sources ORDER BY edition, part"
        )
        made = [SourceFile(editions[edition], *rest) for edition, *rest in found]
        order = list(editions)
        return sorted(made, key=lambda source: order.index(source.edition.id))

    def systems(self) -> list[tuple[int, str]]:
        """Return which code sets each edition holds, as its number and the code set's name."""
        return self._rows("SELECT edition, system FROM systems")

    def _rows(self, statement: str) -> list[Any]:
        with explained(self.name):
            return self.connection.execute(statement).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything that is done meanwhile stands, or nothing."""
        with explained(self.name):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def add(
        self, table: Table, name: str, sha256: str, imported: str, told: Callable[[], None] = lambda: None
    ) -> int:
        """Add a table's rows in the running transaction; an older copy of the same part goes.

        Args:
            table: what is added.
            name: of the file that it comes from.
            sha256: of the file that was given.
            imported: when, in ISO form.
            told: is told now and then that it goes on.

        Returns:
            how many rows there are.
        """
        edition = self._edition(table)
        self._remove_part(edition, table.part)
        source = self.connection.execute(
            "INSERT INTO sources (edition, part, name, sha256, rows, imported) VALUES (?, ?, ?, ?, 0, ?)",
            (edition, table.part, name, sha256, imported),
        ).lastrowid
        systems: set[str] = set()
        while batch := list(islice(table.rows, _BATCH)):
            self._insert(batch, edition, source or 0, systems)
            told()
        rows = self._count(source or 0)
        self.connection.execute("UPDATE sources SET rows = ? WHERE id = ?", (rows, source))
        self.connection.executemany(
            "INSERT OR IGNORE INTO systems VALUES (?, ?)", [(edition, system) for system in systems]
        )
        return rows

    def _insert(self, batch: list[Row], edition: int, source: int, systems: set[str]) -> None:
        kind = type(batch[0])
        if kind is CodeRow:
            systems.update(row[0] for row in batch)
        self.connection.executemany(_INSERTS[kind], [(edition, source, *row) for row in batch])

    def _edition(self, table: Table) -> int:
        setting = table.setting or ""
        self.connection.execute(
            "INSERT INTO editions (kind, setting, label, first) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET first = excluded.first",
            (table.kind, setting, table.label, table.first),
        )
        found = self.connection.execute(
            "SELECT id FROM editions WHERE kind = ? AND setting = ? AND label = ?",
            (table.kind, setting, table.label),
        ).fetchone()
        return int(found[0])

    def _count(self, source: int) -> int:
        counts = [
            self.connection.execute(f"SELECT count(*) FROM {table} WHERE source = ?", (source,)).fetchone()[0]  # noqa: S608 - our own names
            for table in _ROW_TABLES
        ]
        return sum(counts)

    def _remove_part(self, edition: int, part: str) -> None:
        old = self.connection.execute(
            "SELECT id FROM sources WHERE edition = ? AND part = ?", (edition, part)
        ).fetchone()
        if old is not None:
            for table in _ROW_TABLES:
                self.connection.execute(
                    f"DELETE FROM {table} WHERE edition = ? AND source = ?",  # noqa: S608 - our own names
                    (edition, old[0]),
                )
            self.connection.execute("DELETE FROM sources WHERE id = ?", old)

    def remove(self, edition: Edition) -> None:
        """Remove a version with all that was read from its files, in the running transaction."""
        for table in (*_ROW_TABLES, "systems", "sources"):
            self.connection.execute(f"DELETE FROM {table} WHERE edition = ?", (edition.id,))  # noqa: S608 - our own names
        self.connection.execute("DELETE FROM editions WHERE id = ?", (edition.id,))

    def shrink(self) -> None:
        """Give back the room of what was removed."""
        with explained(self.name):
            self.connection.execute("VACUUM")

    def copy(self, path: Path) -> None:
        """Write a copy that holds what stands in the store now."""
        with explained(self.name), closing(sqlite3.connect(path)) as target:
            self.connection.backup(target)

    def faults(self) -> list[str]:
        """Return what is wrong with the store, one sentence each; nothing when it is sound."""
        found = [str(row[0]) for row in self._rows("PRAGMA integrity_check(20)")]
        if found != ["ok"]:
            return [
                f"{self.name} is damaged ({line}): remove it and import the tables again" for line in found
            ]
        return [
            f"{source.name}: {there:,} of {source.rows:,} rows are there: import it again"
            for source, there in self._present()
            if there != source.rows
        ]

    def _present(self) -> list[tuple[SourceFile, int]]:
        numbers: dict[str, int] = dict(self._rows("SELECT edition || '/' || part, id FROM sources"))
        return [
            (source, self._count(numbers[f"{source.edition.id}/{source.part}"])) for source in self.sources()
        ]


def open_store(path: Path, *, write: bool = False) -> Store:
    """Open a store.

    Args:
        path: its file.
        write: whether tables are to be changed; then it is made where there is none.

    Raises:
        ReferenceTableError: there is none, or it cannot be opened.
    """
    name = str(path)

    def opened() -> sqlite3.Connection:
        return _connection(path, write=write)

    with explained(name):
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = opened()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and write:
            _create(connection)
        elif version != SCHEMA_VERSION:
            message = f"{name}: another version of edi-guard made this store: remove it and import the tables"
            raise ReferenceTableError(message)
    return Store(connection, name, opened)


def _connection(path: Path, *, write: bool) -> sqlite3.Connection:
    if write:
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    else:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
    connection.execute(f"PRAGMA cache_size = -{_PAGE_CACHE_KIB}")
    return connection


def memory_store(name: str) -> Store:
    """Return an empty store that lives as long as it is used."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _create(connection)
    return Store(connection, name)


def _create(connection: sqlite3.Connection) -> None:
    connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Say in one sentence what is wrong with a store.

    Raises:
        ReferenceTableError: in place of the library's own errors.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        reason = {
            "database disk image is malformed": "it is damaged",
            "file is not a database": "this is no store of reference tables",
            "database is locked": "another import is running",
            "unable to open database file": "it is not there or cannot be read",
            "database or disk is full": "the disk is full",
            "attempt to write a readonly database": "it cannot be written",
        }.get(str(error), str(error))
        message = f"{name}: {reason}"
        raise ReferenceTableError(message) from error
    except OSError as error:
        message = f"{name}: {error.strerror}"
        raise ReferenceTableError(message) from error


__all__ = ["Edition", "SourceFile", "Store", "closing", "memory_store", "open_store"]

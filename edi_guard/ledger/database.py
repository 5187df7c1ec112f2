"""Opens the ledger's database: SQLite on this machine, or PostgreSQL for several."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from sqlalchemy import create_engine, event, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from edi_guard.ledger import schema
from edi_guard.ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

_WAIT_SECONDS: Final = 60
_ASKS_AGAIN_AFTER_SECONDS: Final = 0.01
_SQLITE: Final = "sqlite"
_WRITES: Final = "edi_guard_writes"


_DATABASES: Final[WeakSet[Database]] = WeakSet()


def _forget_all() -> None:
    for database in list(_DATABASES):
        database.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


class Database:
    """The ledger's tables behind one engine."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine whose schema is in place."""
        self._engine = engine
        _DATABASES.add(self)

    def forget(self) -> None:
        """Forget all connections without closing them, after a fork: they are another process's."""
        self._engine.dispose(close=False)

    @property
    def is_shared(self) -> bool:
        """Whether several machines may write to it."""
        return self._engine.dialect.name != _SQLITE

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one moment of the ledger.

        Raises:
            LedgerError: the database does not answer.
        """
        with _explained(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection whose changes are written together, one writer after the other.

        Raises:
            LedgerError: the database cannot be written.
        """
        with _explained():
            connection = self._engine.connect().execution_options(**{_WRITES: True})
            with connection, connection.begin():
                if self.is_shared:
                    connection.execute(text("LOCK TABLE counters IN EXCLUSIVE MODE"))
                yield connection

    def check(self) -> None:
        """Make sure that the file is whole.

        Raises:
            LedgerError: it is not.
        """
        if self.is_shared:
            return
        with self.reading() as connection:
            result = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        if result != "ok":
            message = "the ledger is damaged: restore it from your backup"
            raise LedgerError(message)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def sqlite_url(path: Path) -> str:
    """Return the URL of a database file."""
    return f"sqlite:///{path}"


def open_database(url: str, *, create: bool = True) -> Database:
    """Open the ledger's database, and make its tables where there are none.

    Args:
        url: an SQLAlchemy URL, e.g. ``postgresql+psycopg://user@host/database``.
        create: whether the tables may be made.

    Raises:
        LedgerError: the URL is wrong, the database does not answer, has no ledger in it, or one that a
            newer edi-guard wrote.
    """
    engine = _engine(url)
    try:
        with _explained():
            if create:
                _create(engine)
            _check_version(engine)
    except LedgerError:
        engine.dispose()
        raise
    return Database(engine)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == _SQLITE:
            engine = create_engine(parsed, connect_args={"timeout": _WAIT_SECONDS})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        return create_engine(parsed, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        message = f"the ledger needs a driver: pip install 'edi-guard[postgresql]' ({error.name} is missing)"
        raise LedgerError(message) from error
    except (ArgumentError, NoSuchModuleError) as error:
        message = "ledger.url is no database URL: write e.g. postgresql://user@host/edi_guard"
        raise LedgerError(message) from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    # Transactions are begun by us: the driver would begin those that write as reading ones.
    connection.isolation_level = None
    with contextlib.closing(connection.cursor()) as cursor:
        _write_ahead(cursor)
        for statement in ("synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {statement}")


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    # The connection's own timeout does not count here: while another process makes the same new ledger,
    # SQLite refuses at once, since of two that read and want to write neither could go on.
    end = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_ASKS_AGAIN_AFTER_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _create(engine: Engine) -> None:
    connection = engine.connect().execution_options(**{_WRITES: True})
    with connection, connection.begin():
        if engine.dialect.name != _SQLITE:
            # Two machines that start at once must not both make the tables.
            connection.execute(text("SELECT pg_advisory_xact_lock(837)"))
        schema.metadata.create_all(connection)
        if connection.execute(select(schema.meta.c.value)).first() is None:
            connection.execute(insert(schema.meta), {"name": "version", "value": str(schema.VERSION)})


def _check_version(engine: Engine) -> None:
    with engine.connect() as connection:
        found = connection.execute(
            select(schema.meta.c.value).where(schema.meta.c.name == "version")
        ).scalar()
    if found is None or int(found) != schema.VERSION:
        message = (
            f"the ledger is of version {found}, this edi-guard knows version {schema.VERSION}: update it"
        )
        raise LedgerError(message)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn a database's errors, which may quote rows, into a sentence that does not."""
    try:
        yield
    except DBAPIError as error:
        message = f"the ledger cannot be used: {_plain(error.orig)}"
        raise LedgerError(message) from error
    except SQLAlchemyError as error:
        message = f"the ledger cannot be used: {type(error).__name__}"
        raise LedgerError(message) from error


def _plain(error: BaseException | None) -> str:
    words = str(error).strip().splitlines()[:1] if type(error).__module__ == "sqlite3" else []
    return words[0] if words else type(error).__name__

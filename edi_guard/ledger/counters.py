"""Control numbers for held, rejected and released files, counted in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update

from edi_guard.ledger import schema

if TYPE_CHECKING:
    from edi_guard.ledger.database import Database

_NAME: Final = "control numbers"


class LedgerControlNumbers:
    """Counts on for all who share the ledger; numbers of a run that was killed are left out."""

    def __init__(self, database: Database, first: int, last: int) -> None:
        """Count from `first` to `last`, and then from the beginning again."""
        self._database = database
        self._first = first
        self._range = last - first + 1

    def __call__(self) -> int:
        """Return the next number.

        Raises:
            LedgerError: the ledger cannot be written.
        """
        table = schema.counters
        with self._database.writing() as connection:
            value = connection.execute(select(table.c.value).where(table.c.name == _NAME)).scalar()
            if value is None:
                connection.execute(insert(table), {"name": _NAME, "value": 1})
                value = 0
            else:
                connection.execute(update(table).where(table.c.name == _NAME).values(value=value + 1))
        return self._first + int(value) % self._range

"""Control numbers for held, rejected and released files, counted in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update

from edi_guard.control_numbers import NumbersAhead
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
        self._ahead = NumbersAhead(self._take, self._give_back)

    def __call__(self) -> int:
        """Return the next number.

        Raises:
            LedgerError: the ledger cannot be written.
        """
        return self._first + self._ahead() % self._range

    def settle(self) -> None:
        """Give back what was taken ahead and not needed.

        Raises:
            LedgerError: the ledger cannot be written.
        """
        self._ahead.settle()

    def _take(self, count: int) -> int:
        table = schema.counters
        with self._database.writing() as connection:
            value = connection.execute(select(table.c.value).where(table.c.name == _NAME)).scalar()
            if value is None:
                connection.execute(insert(table), {"name": _NAME, "value": count})
                return 0
            connection.execute(update(table).where(table.c.name == _NAME).values(value=value + count))
        return int(value)

    def _give_back(self, left: range) -> None:
        table = schema.counters
        is_last = (table.c.name == _NAME) & (table.c.value == left.stop)
        with self._database.writing() as connection:
            connection.execute(update(table).where(is_last).values(value=left.start))

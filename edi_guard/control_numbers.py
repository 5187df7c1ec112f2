"""Control numbers of the files that are written: counted in a folder, or by the clock."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# The practice system counts its own control numbers up from 1; ours come from the other end.
FIRST_NUMBER: Final = 900_000_001
LAST_NUMBER: Final = 999_999_999
_MOST_AT_ONCE: Final = 4_096
_PRIVATE_FILE: Final = 0o600


class NumbersAhead:
    """Counts with numbers taken several at a time.

    Writing down that a number is taken costs the disk a moment: who needs many takes several at a time, more
    each time, and gives back those that were not needed.
    """

    def __init__(self, take: Callable[[int], int], give_back: Callable[[range], None]) -> None:
        """Begin without any.

        Args:
            take: takes so many numbers, and returns the first.
            give_back: takes back the last numbers that were taken, unless somebody took later ones.
        """
        self._take = take
        self._give_back = give_back
        self._left = range(0)
        self._at_once = 1
        self._process = 0

    def __call__(self) -> int:
        """Return the next number."""
        if self._process != os.getpid():
            # What another process took is its own.
            self._left, self._at_once, self._process = range(0), 1, os.getpid()
        if not self._left:
            first = self._take(self._at_once)
            self._left = range(first, first + self._at_once)
            self._at_once = min(self._at_once * 4, _MOST_AT_ONCE)
        number, self._left = self._left[0], self._left[1:]
        return number

    def settle(self) -> None:
        """Give back the numbers that were taken and not used."""
        if self._left and self._process == os.getpid():
            self._give_back(self._left)
        self._left, self._at_once = range(0), 1


class StoredControlNumbers:
    """Control numbers counted in a small database in the output folder, safe for two at once."""

    def __init__(self, folder: Path) -> None:
        """Count on from what stands in `folder`."""
        self._path = folder / ".edi-guard-control-numbers"
        self._ahead = NumbersAhead(self._take, self._give_back)
        self.settle = self._ahead.settle

    def __call__(self) -> int:
        """Return the next number."""
        return FIRST_NUMBER + (self._ahead() - 1) % (LAST_NUMBER - FIRST_NUMBER + 1)

    def _take(self, count: int) -> int:
        new = not self._path.exists()
        with self._connection() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS taken (n INTEGER PRIMARY KEY)")
            row = connection.execute(
                "INSERT INTO taken SELECT COALESCE(MAX(n), 0) + ? FROM taken RETURNING n", (count,)
            ).fetchone()
        if new:
            self._path.chmod(_PRIVATE_FILE)
        return int(row[0]) - count + 1

    def _give_back(self, left: range) -> None:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            last = connection.execute("SELECT MAX(n) FROM taken").fetchone()[0]
            if last == left[-1]:
                connection.execute("UPDATE taken SET n = ? WHERE n = ?", (left[0] - 1, last))

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose changes are kept in the end."""
        with contextlib.closing(sqlite3.connect(self._path, timeout=60)) as connection, connection:
            yield connection


class ClockControlNumbers:
    """Control numbers from the clock, for single outputs that have no folder to count in.

    They differ as long as no two runs begin in the same hundredth of a second.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._next = int(now() * 100) % (LAST_NUMBER - FIRST_NUMBER)

    def __call__(self) -> int:
        """Return the next number."""
        number = FIRST_NUMBER + self._next
        self._next = (self._next + 1) % (LAST_NUMBER - FIRST_NUMBER)
        return number

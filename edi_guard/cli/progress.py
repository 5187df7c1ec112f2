"""How far a long file is, or many files are, on terminals only: bytes, claims and dollars."""

from __future__ import annotations

import contextlib
import sys
from functools import partial
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from rich.progress import Progress as Bar

    from edi_guard.engine.work import Progress

# Shorter files are done before anybody looks.
_LONG: Final = 2 << 20


@contextlib.contextmanager
def shown_progress(name: str, size: int) -> Iterator[Progress | None]:
    """Yield what is told how far a file is; None where nobody would see it.

    Args:
        name: how the file is called.
        size: its bytes.
    """
    if not _is_seen(size):
        yield None
        return
    with _bar("{task.fields[claims]:,} claims, ${task.fields[dollars]:,.2f}") as bar:
        task = bar.add_task(name, total=size, claims=0, dollars=0)

        def tell(done: int, claims: int, dollars: Decimal) -> None:
            bar.update(task, completed=done, claims=claims, dollars=dollars)

        yield tell


class Gauge:
    """How far many files are."""

    def __init__(self, show: Callable[..., None] | None = None) -> None:
        """Begin at nothing; `show` takes what has changed, without it nobody sees anything."""
        self._show = show
        self._bytes = 0
        self._claims = 0

    @property
    def progress(self) -> Progress | None:
        """What is told how far the file at hand is."""
        show = self._show
        if show is None:
            return None
        return lambda done, claims, _: show(completed=self._bytes + done, claims=self._claims + claims)

    def finish(self, size: int, claims: int) -> None:
        """Take note that a file is done."""
        self._bytes += size
        self._claims += claims
        if self._show is not None:
            self._show(completed=self._bytes, claims=self._claims)

    def say(self, what: str) -> None:
        """Say what is being done."""
        if self._show is not None:
            self._show(description=what)


@contextlib.contextmanager
def shown_gauge(what: str, size: int) -> Iterator[Gauge]:
    """Yield what is told how far many files are.

    Args:
        what: what is done with them.
        size: their bytes.
    """
    if not _is_seen(size):
        yield Gauge()
        return
    with _bar("{task.fields[claims]:,} claims") as bar:
        task = bar.add_task(what, total=size, claims=0)
        yield Gauge(partial(bar.update, task))


def _is_seen(size: int) -> bool:
    # Processes that work beside each other would draw over each other.
    return size >= _LONG and sys.stderr.isatty() and parent_process() is None


def _bar(counted: str) -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn(counted),
        TimeRemainingColumn(),
    )
    return Bar(*columns, console=Console(stderr=True), transient=True)

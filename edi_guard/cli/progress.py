"""How far a long file is, on terminals only: bytes, claims and dollars."""

from __future__ import annotations

import contextlib
import sys
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from edi_guard.engine.first_pass import Progress

# Shorter files are done before anybody looks.
_LONG: Final = 2 << 20


@contextlib.contextmanager
def shown_progress(name: str, size: int) -> Iterator[Progress | None]:
    """Yield what is told how far a file is; None where nobody would see it.

    Args:
        name: how the file is called.
        size: its bytes.
    """
    # Processes that work beside each other would draw over each other.
    if size < _LONG or not sys.stderr.isatty() or parent_process() is not None:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[claims]:,} claims, ${task.fields[dollars]:,.2f}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=size, claims=0, dollars=0)

        def tell(done: int, claims: int, dollars: Decimal) -> None:
            bar.update(task, completed=done, claims=claims, dollars=dollars)

        yield tell

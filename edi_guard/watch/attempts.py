"""Counts how often a job was begun, so that a file that kills the program does not do so for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MOST: Final = 12
_NAME: Final = ".attempts"


def count_attempt(job: Path) -> int:
    """Note that a job begins once more, and return how often it has.

    Raises:
        OSError: that cannot be written.
    """
    path = job / _NAME
    try:
        count = int(path.read_text(encoding="ascii")) + 1
    except (OSError, ValueError):
        count = 1
    path.write_text(str(count), encoding="ascii")
    return count

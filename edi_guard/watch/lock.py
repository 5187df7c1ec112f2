"""One service a folder: a lock that the system takes back when its holder dies."""

from __future__ import annotations

import contextlib
import os
import platform
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from edi_guard.folders import PRIVATE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME: Final = ".edi-guard-lock"
_HOLDER: Final = ".edi-guard-holder"
# Processes that helped one that was killed hold its lock until they notice, half a second later.
_HELPERS_LEAVE_SECONDS: Final = 5


class LockedError(Exception):
    """Another service works on the folder; one sentence says which."""


@contextlib.contextmanager
def folder_lock(root: Path) -> Iterator[None]:
    """Hold the folder's lock; who held it and died does not any more.

    Raises:
        LockedError: another process holds it, or the folder cannot be written.
    """
    lock = FileLock(root / _NAME, mode=PRIVATE_FILE)
    holder = root / _HOLDER
    try:
        lock.acquire(timeout=_HELPERS_LEAVE_SECONDS)
    except Timeout:
        message = f"{root} is watched already{_words(holder)}: stop that service first"
        raise LockedError(message) from None
    except OSError as error:
        message = f"{root}: cannot be locked: {error.strerror}"
        raise LockedError(message) from error
    try:
        # Only for a message; on a full disk the lock alone has to do.
        with contextlib.suppress(OSError):
            holder.write_text(f"{platform.node()} {os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            holder.unlink()
        lock.release()


def is_locked(root: Path) -> bool:
    """Whether a service works on the folder now."""
    if not (root / _NAME).exists():
        return False
    lock = FileLock(root / _NAME, mode=PRIVATE_FILE)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    lock.release()
    return False


def _words(holder: Path) -> str:
    try:
        host, process = holder.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return ""
    return f" by process {process} on {host}"

"""Decides when a file that somebody writes is complete.

A file is ready when its size and time of change have stood still for a while, by a clock that nobody can
set, and it ends with IEA and its terminator, or as an archive ends. What plainly is no X12 is ready as well:
it will be refused with a reason. What stays incomplete, or never stops changing, is given up after a limit.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from edi_guard.archives import DiskFile, Limits, is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_HEAD: Final = 256
_TAIL: Final = 4096
_ISA_LENGTH: Final = 106
_AROUND: Final = b"\xef\xbb\xbf \t\r\n\x00\x1a"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as a scan saw it: name, size in bytes, time of change in nanoseconds, and where it is."""

    name: str
    size: int
    mtime_ns: int
    path: Path


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is not ready, and for how many seconds it has been there."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A file that will not become ready: ``incomplete``, or ``still changing``."""

    entry: Entry
    why: str


@dataclass(frozen=True, slots=True)
class SettledScan:
    """What a scan came to: files to take, oldest first; files to wait for; files given up."""

    ready: list[Entry] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    given_up: list[GivenUp] = field(default_factory=list)


@dataclass(slots=True)
class _Seen:
    size: int
    mtime_ns: int
    first: float
    changed: float
    complete: bool | None = None


class Settling:
    """Observes files from scan to scan."""

    def __init__(
        self,
        settle_seconds: float,
        give_up_seconds: float,
        longest_write_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        complete: Callable[[Path], bool] | None = None,
    ) -> None:
        """Begin to observe.

        Args:
            settle_seconds: how long a file must stand still.
            give_up_seconds: how long an incomplete file may stand still.
            longest_write_seconds: how long a file may go on changing.
            clock: seconds that only go forward.
            complete: whether a file that stands still is complete; by default `is_complete`.
        """
        self._settle = settle_seconds
        self._give_up = give_up_seconds
        self._longest = longest_write_seconds
        self._clock = clock
        self._is_complete = complete or is_complete
        self._seen: dict[str, _Seen] = {}

    def observe(self, entries: Iterable[Entry]) -> SettledScan:
        """Take note of a scan, and say what is ready."""
        now = self._clock()
        scan = SettledScan()
        present: dict[str, _Seen] = {}
        for entry in entries:
            seen = self._noted(entry, now)
            present[entry.name] = seen
            self._decide(entry, seen, now, scan)
        self._seen = present
        scan.ready.sort(key=lambda entry: (entry.mtime_ns, entry.name))
        return scan

    def _noted(self, entry: Entry, now: float) -> _Seen:
        seen = self._seen.get(entry.name)
        if seen is None:
            return _Seen(entry.size, entry.mtime_ns, now, now)
        if (seen.size, seen.mtime_ns) != (entry.size, entry.mtime_ns):
            return _Seen(entry.size, entry.mtime_ns, seen.first, now)
        return seen

    def _decide(self, entry: Entry, seen: _Seen, now: float, scan: SettledScan) -> None:
        still = now - seen.changed
        if still >= self._settle:
            if seen.complete is None:
                seen.complete = self._is_complete(entry.path)
            if seen.complete:
                scan.ready.append(entry)
                return
            if still >= self._give_up:
                scan.given_up.append(GivenUp(entry, "incomplete"))
                return
        elif now - seen.first >= self._longest:
            scan.given_up.append(GivenUp(entry, "still changing"))
            return
        scan.waiting.append(Waiting(entry.name, now - seen.first))

    def state(self) -> dict[str, Any]:
        """Return what was observed, to go on with in another process."""
        now = self._clock()
        return {
            name: [seen.size, seen.mtime_ns, now - seen.first, now - seen.changed]
            for name, seen in self._seen.items()
        }

    def restore(self, state: Mapping[str, Any], elapsed: float) -> None:
        """Go on with what another process observed.

        Args:
            state: what `state` returned there.
            elapsed: seconds since; what was not looked at meanwhile counts as having stood still only
                if it is the same file still.

        Raises:
            ValueError, TypeError: `state` is not of that kind.
        """
        now = self._clock()
        self._seen = {
            str(name): _Seen(
                int(size), int(mtime), now - float(first) - elapsed, now - float(changed) - elapsed
            )
            for name, (size, mtime, first, changed) in state.items()
        }


def is_complete(path: Path, limits: Limits | None = None) -> bool:
    """Whether a file ends with IEA and its terminator, or is no X12; an archive, whether it has its end.

    Args:
        path: the file.
        limits: how far an archive is expanded to find its end.
    """
    try:
        is_whole_archive = is_whole(DiskFile(path, path.name), limits or Limits())
        if is_whole_archive is not None:
            return is_whole_archive
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            size = stream.seek(0, 2)
            stream.seek(max(0, size - _TAIL))
            tail = stream.read(_TAIL)
    except OSError:
        return False
    begun = head.lstrip(_AROUND)
    if len(begun) >= 3 and not begun.startswith(b"ISA"):
        return True
    if len(begun) < _ISA_LENGTH:
        return False
    separator, terminator = begun[3:4], begun[_ISA_LENGTH - 1 : _ISA_LENGTH]
    return _ends(tail, separator, terminator)


def _ends(tail: bytes, separator: bytes, terminator: bytes) -> bool:
    around = bytes(set(_AROUND) - set(terminator))
    text = tail.rstrip(around)
    if not text.endswith(terminator):
        return False
    last = text[: -len(terminator)].rpartition(terminator)[2]
    return last.lstrip(_AROUND).startswith(b"IEA" + separator)
